"""The cloud benchmark's conversation: what it promises is what is said, when, and what answers it."""

from __future__ import annotations

import numpy as np
import pytest

from antiphon.bench.cloud_script import (
    CALLS,
    LINES,
    MS_PER_CHARACTER,
    answer_request,
    answer_to,
    deal,
    speak_lines,
    timetable,
)
from antiphon.bench.speech import FORMAT, Speech, place_words

from .test_speech import SlowVoice

MS = 1_000_000


def speech(text: str, length_ms: int = 1_000) -> Speech:
    samples = np.full(FORMAT.rate_hz * length_ms // 1_000, 5_000, np.int16)
    return Speech(text, samples, tuple(place_words(text, [], length_ms * MS)))


def asked(*said: tuple[str, str]) -> dict[str, object]:
    return {"messages": [{"role": role, "content": content} for role, content in said]}


def test_a_quarter_of_the_turns_has_a_pause_of_300_to_1200_ms() -> None:
    pauses = [line.pause_ms for line in LINES if line.second]
    assert (len(LINES), len(pauses)) == (24, 6)
    assert (min(pauses), max(pauses)) == (300, 1_200)


def test_no_turn_is_said_twice_so_that_each_answer_is_known() -> None:
    assert len({line.text for line in LINES}) == len(LINES)


def test_each_call_has_as_many_turns_and_one_with_a_pause() -> None:
    calls = deal([speech(line.text) for line in LINES])
    assert [len(call) for call in calls] == [len(LINES) // CALLS] * CALLS
    paused = {line.text for line in LINES if line.second}
    assert [sum(each.text in paused for each in call) for call in calls] == [1] * CALLS


async def test_a_pause_is_heard_as_silence_of_that_length() -> None:
    spoken = await speak_lines(SlowVoice())
    for line, each in zip(LINES, spoken, strict=True):
        expected_ms = 2 * 600 + line.pause_ms if line.second else 600
        assert each.duration_ns == pytest.approx(expected_ms * MS, abs=10 * MS)
        assert each.text == line.text


def test_a_caller_waits_until_the_longest_answer_is_over() -> None:
    first, second = speech("one two"), speech("three")
    plan = timetable([first, second], patience_ms=2_000)
    answer_ns = len(answer_to("one two")) * MS_PER_CHARACTER * MS
    assert plan.turns[1].start_ns == plan.turns[0].end_ns + (2_000 + 700) * MS + answer_ns
    assert plan.turns[0].end_ns - plan.turns[0].start_ns == first.duration_ns
    assert (
        plan.duration_ns == plan.turns[1].end_ns + (2_700 + len(answer_to("three")) * MS_PER_CHARACTER) * MS
    )


def test_the_words_are_where_they_sound() -> None:
    plan = timetable([speech("one two"), speech("three")], patience_ms=500)
    assert [word.text for word in plan.words] == ["one", "two", "three"]
    for word in plan.words:
        start, stop = (FORMAT.ns_to_samples(at_ns) for at_ns in (word.start_ns, word.end_ns))
        assert plan.samples[start:stop].all()
    assert not plan.samples[FORMAT.ns_to_samples(plan.turns[0].end_ns)]


def test_an_answer_says_what_it_answers() -> None:
    assert LINES[0].text in answer_to(LINES[0].text)
    assert answer_request(asked(("system", "be brief"), ("user", LINES[1].text))) == answer_to(LINES[1].text)


def test_a_turn_that_was_cut_in_two_is_answered_as_a_whole() -> None:
    line = next(line for line in LINES if line.second)
    cut = asked(("user", "before"), ("user", line.first), ("assistant", "Sure—"), ("user", line.second))
    assert answer_request(cut) == answer_to(line.text)


def test_half_a_turn_gets_an_answer_that_is_known_as_wrong() -> None:
    line = next(line for line in LINES if line.second)
    assert answer_request(asked(("user", line.first))) == answer_to(line.first) != answer_to(line.text)

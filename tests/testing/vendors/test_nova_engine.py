"""A v1 stream is a pure function of its audio and of what it is asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from antiphon.core.events import Word
from antiphon.testing.vendors.nova_engine import Ears, ListenSettings, NovaEngine
from antiphon.testing.vendors.speech_source import ScriptedSpeech, script, spoken

Message = Mapping[str, Any]
HELLO = spoken("Hello there.", 200, 200)


def engine(words: Sequence[Word] = HELLO, ears: Ears | None = None, **settings: Any) -> NovaEngine:
    return NovaEngine(ScriptedSpeech(words), ListenSettings(**settings), ears or Ears(), "r-1")


def audio(ms: float) -> bytes:
    return bytes(round(ms * 32))


def text(message: Message) -> str:
    return str(message["channel"]["alternatives"][0]["transcript"])


def finals(messages: Iterable[Message]) -> list[Message]:
    return [message for message in messages if message.get("is_final")]


def interims(messages: Iterable[Message]) -> list[tuple[str, float]]:
    return [
        (text(message), round(message["start"] + message["duration"], 3))
        for message in messages
        if message["type"] == "Results" and not message["is_final"]
    ]


def test_interims_come_at_their_intervals_with_the_words_so_far() -> None:
    found = interims(engine(endpointing_ms=None).hear(audio(700)))
    assert found == [
        ("", 0.1),
        ("", 0.2),
        ("", 0.3),
        ("Hello", 0.4),
        ("Hello", 0.5),
        ("Hello there.", 0.6),
        ("Hello there.", 0.7),
    ]


def test_words_are_heard_behind_the_voice() -> None:
    found = interims(engine(ears=Ears(behind_voice_ms=150), endpointing_ms=None).hear(audio(800)))
    assert next(at for heard, at in found if heard == "Hello") == 0.6
    assert next(at for heard, at in found if heard == "Hello there.") == 0.8


def test_a_word_may_be_misheard_when_it_is_new() -> None:
    found = interims(engine(ears=Ears(misheard=1.0), endpointing_ms=None).hear(audio(700)))
    assert [heard for heard, _ in found][3:] == ["He", "Hello", "Hello the", "Hello there."]


def test_without_interims_there_are_none() -> None:
    assert not interims(engine(interims=False).hear(audio(2_000)))


def test_silence_ends_an_utterance() -> None:
    nova = engine(endpointing_ms=300)
    (final,) = finals(nova.hear(audio(2_000)))
    assert text(final) == "Hello there."
    assert (final["speech_final"], final["from_finalize"]) == (True, False)
    assert (final["start"], round(final["duration"], 3)) == (0.0, 0.9)
    word = final["channel"]["alternatives"][0]["words"][1]
    assert (word["word"], word["punctuated_word"], word["start"], word["end"]) == (
        "there",
        "there.",
        0.4,
        0.6,
    )


def test_a_long_segment_becomes_final_in_mid_speech() -> None:
    nova = engine(spoken("word " * 40, 0, 200))
    (first,) = finals(nova.hear(audio(5_500)))
    assert (first["speech_final"], text(first).count("word")) == (False, 25)


def test_finalize_makes_all_of_it_final() -> None:
    nova = engine(endpointing_ms=None, ears=Ears(behind_voice_ms=500))
    list(nova.hear(audio(650)))
    (final,) = nova.finalize()
    assert (text(final), final["is_final"], final["from_finalize"]) == ("Hello there.", True, True)
    assert round(final["duration"], 3) == 0.65
    assert not list(nova.finalize()), "nothing is left"


def test_a_word_in_the_making_is_not_final() -> None:
    nova = engine(endpointing_ms=None)
    list(nova.hear(audio(500)))
    assert text(next(iter(nova.finalize()))) == "Hello"
    (rest,) = finals([*nova.hear(audio(500)), *nova.finalize()])
    assert text(rest) == "there."


def test_next_to_nothing_is_not_answered() -> None:
    nova = engine()
    list(nova.hear(audio(90)))
    assert not list(nova.finalize())


def test_the_end_brings_the_rest_and_a_summary() -> None:
    nova = engine(endpointing_ms=None)
    list(nova.hear(audio(650)))
    final, metadata = nova.close()
    assert text(final) == "Hello there."
    assert (metadata["type"], metadata["duration"], metadata["request_id"]) == ("Metadata", 0.65, "r-1")


def test_events_of_the_voice_come_if_they_were_asked_for() -> None:
    messages = list(engine(vad_events=True, utterance_end_ms=1_000).hear(audio(3_000)))
    started = [message for message in messages if message["type"] == "SpeechStarted"]
    ended = [message for message in messages if message["type"] == "UtteranceEnd"]
    assert [message["timestamp"] for message in started] == [0.2]
    assert [message["last_word_end"] for message in ended] == [0.6]


def test_messages_are_shaped_as_the_vendors() -> None:
    (message,) = engine().hear(audio(100))
    assert set(message) == {
        "type",
        "channel_index",
        "start",
        "duration",
        "is_final",
        "speech_final",
        "channel",
        "metadata",
        "from_finalize",
    }
    assert message["metadata"]["request_id"] == "r-1"


WORDS = script(("a", 100, 250), ("b", 250, 600), ("c", 1_400, 1_600), ("d", 1_650, 2_000))


@settings(deadline=None)
@given(cuts=st.lists(st.integers(0, 700), max_size=12), endpointing=st.sampled_from([None, 10, 300]))
def test_what_it_says_depends_on_the_audio_and_not_on_its_pieces(
    cuts: list[int], endpointing: int | None
) -> None:
    whole = list(engine(WORDS, endpointing_ms=endpointing).hear(audio(3_000)))
    pieces = engine(WORDS, endpointing_ms=endpointing)
    sent, messages = 0, []
    for cut in [*cuts, 3_000]:
        length = min(cut, 3_000 - sent)
        messages += list(pieces.hear(audio(length)))
        sent += length
    assert messages == whole


@settings(deadline=None)
@given(asks=st.lists(st.integers(0, 1_500), max_size=8))
def test_each_word_is_final_once_whatever_is_asked(asks: list[int]) -> None:
    nova = engine(WORDS, ears=Ears(behind_voice_ms=120))
    messages: list[Message] = []
    for ms in asks:
        messages += [*nova.hear(audio(ms)), *nova.finalize()]
    messages += [*nova.hear(audio(3_000)), *nova.close()]
    assert " ".join(text(message) for message in finals(messages)).split() == ["a", "b", "c", "d"]
    ends = [message["start"] + message["duration"] for message in finals(messages)]
    assert ends == sorted(ends)

"""A v2 stream follows turns by itself: a pure function of its audio and of what it is asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from antiphon.core.events import Word
from antiphon.testing.vendors.flux_engine import FluxEngine, FluxSettings
from antiphon.testing.vendors.speech_source import ScriptedSpeech, script, spoken

Message = Mapping[str, Any]
EAGER = FluxSettings(eager_eot_threshold=0.5)
PAUSED = (*spoken("I would like", 100, 200), *spoken("some soup please", 900, 200))  # a pause of 200 ms


def engine(
    words: Sequence[Word] = PAUSED, settings: FluxSettings = EAGER, behind_voice_ms: float = 0
) -> FluxEngine:
    return FluxEngine(ScriptedSpeech(words), settings, behind_voice_ms, "r-1")


def audio(ms: float) -> bytes:
    return bytes(round(ms * 32))


def changes(messages: Iterable[Message]) -> list[tuple[str, str]]:
    return [
        (message["event"], message["transcript"])
        for message in messages
        if message["type"] == "TurnInfo" and message["event"] != "Update"
    ]


def test_a_pause_is_taken_for_the_end_and_then_not() -> None:
    assert changes(engine().hear(audio(2_500))) == [
        ("StartOfTurn", "I"),
        ("EagerEndOfTurn", "I would like"),
        ("TurnResumed", "I would like"),
        ("EagerEndOfTurn", "I would like some soup please"),
        ("EndOfTurn", "I would like some soup please"),
    ]


def test_without_an_eager_threshold_there_is_no_eagerness() -> None:
    assert changes(engine(settings=FluxSettings()).hear(audio(2_500))) == [
        ("StartOfTurn", "I"),
        ("EndOfTurn", "I would like some soup please"),
    ]


def test_the_usual_threshold_is_reached_after_260_ms() -> None:
    (end,) = [message for message in engine().hear(audio(2_500)) if message.get("event") == "EndOfTurn"]
    assert 1.5 + 0.26 <= end["audio_window_end"] <= 1.5 + 0.28
    assert end["end_of_turn_confidence"] >= 0.7
    assert end["trigger"] == "model"


def test_a_threshold_of_one_leaves_the_end_to_the_client() -> None:
    flux = engine(settings=FluxSettings(eot_threshold=1.0, eot_timeout_ms=60_000))
    assert changes(flux.hear(audio(10_000))) == [("StartOfTurn", "I")]
    (end,) = flux.force_end_turn()
    assert (end["event"], end["trigger"], end["transcript"]) == (
        "EndOfTurn",
        "manual",
        "I would like some soup please",
    )
    assert not list(flux.force_end_turn()), "there is no turn to end"


def test_a_long_silence_ends_the_turn_all_the_same() -> None:
    flux = engine(settings=FluxSettings(eot_threshold=1.0, eot_timeout_ms=1_000))
    (end,) = [message for message in flux.hear(audio(4_000)) if message.get("event") == "EndOfTurn"]
    assert end["trigger"] == "timeout"


def test_updates_come_in_between() -> None:
    updates = [
        (message["audio_window_end"], message["transcript"])
        for message in engine(settings=FluxSettings()).hear(audio(1_300))
        if message["event"] == "Update"
    ]
    assert updates == [
        (0.25, ""),
        (0.5, "I would"),
        (0.75, "I would like"),
        (1.0, "I would like"),
        (1.25, "I would like some"),
    ]


def test_turns_are_numbered_and_begin_where_the_last_one_ended() -> None:
    flux = engine(script(("yes", 0, 200), ("no", 2_000, 2_200)))
    ends = [message for message in flux.hear(audio(4_000)) if message.get("event") == "EndOfTurn"]
    assert [(end["turn_index"], end["transcript"]) for end in ends] == [(0, "yes"), (1, "no")]
    assert ends[1]["audio_window_start"] == ends[0]["audio_window_end"]


def test_the_end_of_the_stream_ends_no_turn() -> None:
    flux = engine(behind_voice_ms=300)
    list(flux.hear(audio(1_500)))
    (last,) = flux.close()
    assert (last["event"], last["transcript"]) == ("Update", "I would like some soup please")


def test_thresholds_may_be_changed_on_the_way() -> None:
    flux = engine()
    answer = flux.configure({"type": "Configure", "thresholds": {"eot_threshold": 0.9, "odd": 1}})
    assert (answer["type"], answer["thresholds"]) == ("ConfigureSuccess", {"eot_threshold": 0.9})
    (end,) = [message for message in flux.hear(audio(3_000)) if message.get("event") == "EndOfTurn"]
    assert end["end_of_turn_confidence"] >= 0.9
    assert flux.configure({"type": "Configure"})["thresholds"] == {}


def test_every_message_is_numbered() -> None:
    flux = engine()
    messages = [flux.connected(), *flux.hear(audio(1_000)), flux.error("CODE", "why")]
    assert [message["sequence_id"] for message in messages] == list(range(len(messages)))
    assert messages[-1]["type"] == "Error"
    assert {message["request_id"] for message in messages} == {"r-1"}


@settings(deadline=None)
@given(
    forces=st.lists(st.integers(0, 800), max_size=8),
    behind=st.sampled_from([0, 150]),
    eager=st.sampled_from([None, 0.3, 0.6]),
)
def test_each_word_is_in_one_turn_and_states_follow_the_machine(
    forces: list[int], behind: int, eager: float | None
) -> None:
    flux = engine(settings=FluxSettings(eager_eot_threshold=eager), behind_voice_ms=behind)
    messages: list[Message] = []
    for ms in forces:
        messages += [*flux.hear(audio(ms)), *flux.force_end_turn()]
    messages += flux.hear(audio(4_000))
    turns = [transcript for event, transcript in changes(messages) if event == "EndOfTurn"]
    assert " ".join(turns) == "I would like some soup please"
    allowed = {
        "EndOfTurn": {"StartOfTurn"},
        "StartOfTurn": {"EagerEndOfTurn", "EndOfTurn"},
        "EagerEndOfTurn": {"TurnResumed", "EndOfTurn"},
        "TurnResumed": {"EagerEndOfTurn", "EndOfTurn"},
    }
    state, before = "EndOfTurn", ""
    for event, transcript in changes(messages):
        assert event in allowed[state], f"{event} after {state}"
        if state == "EagerEndOfTurn" and event == "EndOfTurn":
            assert transcript == before
        state, before = event, transcript

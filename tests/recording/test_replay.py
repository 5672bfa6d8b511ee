from __future__ import annotations

import inspect
from dataclasses import fields
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from antiphon.core.actions import Action
from antiphon.core.conversation import Conversation
from antiphon.core.endpointing import FixedSilence
from antiphon.core.events import Event
from antiphon.core.notices import HandedOver, HistoryTrimmed
from antiphon.core.speculation import Speculation
from antiphon.core.trimming import Window
from antiphon.recording.layout import ACTIONS, CoreStart
from antiphon.recording.reader import Recording, RecordingError
from antiphon.recording.replay import replay
from antiphon.runtime.session import Session
from antiphon.simulation.loop import run

from ..runtime.calls import Call, recognises
from ..runtime.fakes import FakeLLM, virtually
from ..runtime.test_session_hand_over import TRANSFER, Desks
from .calls import record


@virtually
async def test_a_recorded_call_is_decided_again_byte_for_byte(tmp_path: Path) -> None:
    call = Call(greeting="Welcome.", llm=FakeLLM([50, "It is " + "very " * 20 + "far."]))
    recording = await record(tmp_path, call, 2_000, 800, 1_500, 800, 3_000)
    again = replay(recording)
    assert again.difference is None
    assert again.digest == sha256((recording.folder / ACTIONS).read_bytes()).hexdigest()
    assert again.events == recording.manifest["ended"]["events"]
    assert again.actions > 20
    assert again.history == call.session.history


@virtually
async def test_so_is_one_that_was_handed_over_and_trimmed(tmp_path: Path) -> None:
    desks = Desks(50, "I'll put you through.", TRANSFER, window=Window(max_tokens=20))
    recording = await record(tmp_path, desks.call, 500, 800, 4_000, 600, 3_000)
    assert desks.call.of(HandedOver)
    assert desks.call.of(HistoryTrimmed)
    again = replay(recording)
    assert again.difference is None
    assert again.history == desks.call.session.history


@given(
    stretches=st.lists(st.integers(5, 100).map(lambda ticks: ticks * 20), min_size=2, max_size=8),
    words=st.lists(st.text("ab ü\u2028\ud800 ", max_size=8), max_size=6),
    threshold=st.floats(0, 1),
)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_said_it_is_decided_again_byte_for_byte(
    stretches: list[int], words: list[str], threshold: float, tmp_path: Path
) -> None:
    async def main() -> None:
        call = Call(recognises(*words), speculation=Speculation(threshold=threshold))
        recording = await record(tmp_path, call, *stretches)
        again = replay(recording)
        assert again.difference is None
        assert again.digest == sha256((recording.folder / ACTIONS).read_bytes()).hexdigest()

    run(main)


@virtually
async def test_the_first_thing_that_goes_otherwise_is_shown(tmp_path: Path) -> None:
    recording = await record(tmp_path)
    actions = recording.folder / ACTIONS
    lines = actions.read_text().splitlines()
    changed = next(number for number, line in enumerate(lines) if "CommitDraft" in line)
    lines[changed] = lines[changed].replace('"reply_id":1', '"reply_id":9')
    actions.write_text("\n".join(lines) + "\n")
    difference = replay(recording).difference
    assert difference is not None
    assert difference.event == changed + 1
    assert '"reply_id":9' in difference.recorded
    assert '"reply_id":1' in difference.replayed


@virtually
async def test_what_happens_can_be_watched(tmp_path: Path) -> None:
    recording = await record(tmp_path)
    seen: list[tuple[int, Event, list[Action]]] = []
    again = replay(recording, watch=lambda *step: seen.append(step))
    assert len(seen) == again.events
    assert sum(len(actions) for _, _, actions in seen) == again.actions
    assert [at_ns for at_ns, _, _ in seen] == sorted(at_ns for at_ns, _, _ in seen)


@virtually
async def test_an_endpointer_of_one_s_own_has_to_be_given_again(tmp_path: Path) -> None:
    def endpointer() -> FixedSilence:
        return FixedSilence(120)

    call = Call()
    call.session = Session(call.agent, providers=call.providers, endpointer=endpointer())
    recording = await record(tmp_path, call)
    with pytest.raises(RecordingError, match=r"FixedSilence of the application's own .*: give one to replay"):
        replay(recording)
    assert replay(recording, endpointer=endpointer()).difference is None
    assert replay(recording, endpointer=FixedSilence(900)).difference is not None


def test_what_is_no_recording_can_t_be_replayed(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="not a recording"):
        Recording.open(tmp_path)


def test_everything_the_core_is_made_with_is_written_down() -> None:
    wanted = set(inspect.signature(Conversation).parameters) - {"endpointer"}
    assert wanted == {field.name for field in fields(CoreStart)}

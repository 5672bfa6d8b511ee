from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.core.actions import Action, AskSimilarity, CommitDraft, Notify, StartDraft
from antiphon.core.conversation import ConversationSettings
from antiphon.core.events import DraftFinished, DraftUsage, Event, Final, Interim, Tick, TurnResumed, Word
from antiphon.core.messages import Message, ToolSpec
from antiphon.core.notices import Ledger, TurnEnded, TurnRecord
from antiphon.core.preparation import Document
from antiphon.core.speculation import Speculation, Strategy, Trigger
from antiphon.core.tools import ToolUse
from antiphon.recording.codec import CodecError, decode, encode


def through_a_file(kind: Any, value: object) -> Any:
    line = json.dumps(encode(value), allow_nan=True)
    return decode(kind, json.loads(line))


def test_an_event_is_an_object_with_its_name() -> None:
    final = Final("hello", 5, 7, words=(Word("hello", 5, 7),))
    assert encode(final) == {
        "type": "Final",
        "text": "hello",
        "start_ns": 5,
        "end_ns": 7,
        "words": [{"type": "Word", "text": "hello", "start_ns": 5, "end_ns": 7}],
        "confidence": None,
    }
    assert through_a_file(Event, final) == final


def test_events_that_hold_nothing_are_told_apart() -> None:
    assert isinstance(through_a_file(Event, Tick()), Tick)
    assert isinstance(through_a_file(Event, TurnResumed()), TurnResumed)


# What an author keeps with a document may be anything; what can be written down is what a file can hold.
st.register_type_strategy(
    Document,
    st.builds(
        Document, st.text(), st.dictionaries(st.text(), st.text() | st.integers(0, 99) | st.booleans())
    ),
)


# What an application gives along is JSON, and comes back as such.
plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3),
)
st.register_type_strategy(
    Document, st.builds(Document, st.text(), st.dictionaries(st.text(), plain, max_size=3))
)


st.register_type_strategy(ToolUse, st.builds(ToolUse, st.text(), max_rounds=st.integers(1, 8)))
st.register_type_strategy(
    ToolSpec, st.builds(ToolSpec, st.text(), st.text(), st.dictionaries(st.text(), plain, max_size=3))
)


@given(st.from_type(Event))  # type: ignore[arg-type]
def test_every_event_comes_back_as_it_was(event: Event) -> None:
    back = through_a_file(Event, event)
    assert type(back) is type(event)
    assert repr(back) == repr(event), "NaN too"


numbers = st.integers(-(10**18), 10**18)
records = st.builds(
    TurnRecord,
    contributions_ns=st.dictionaries(st.text(), numbers),
    marks_ns=st.dictionaries(st.text(), numbers),
    ledger=st.builds(Ledger, saved_ms=st.floats()),
)
messages = st.lists(st.builds(Message, tool_calls=st.just(()))).map(tuple)
actions = st.one_of(
    st.builds(StartDraft, messages=messages),
    st.builds(AskSimilarity),
    st.builds(CommitDraft),
    st.builds(Notify, st.builds(TurnEnded, record=records)),
)


@given(actions)
def test_every_action_comes_back_as_it_was(action: Action) -> None:
    assert repr(through_a_file(Action, action)) == repr(action)


def test_settings_come_back_as_what_they_were() -> None:
    settings = ConversationSettings(
        instructions="Be kind.",
        speculation=Speculation(strategy=Strategy.ALWAYS_USE, triggers=(Trigger.STABLE,), threshold=1),
    )
    back = through_a_file(ConversationSettings, settings)
    assert back == settings
    assert back.speculation.triggers == (Trigger.STABLE,)
    assert isinstance(back.speculation.triggers[0], Trigger)


@dataclass(frozen=True)
class Pair:
    both: tuple[int, str]
    either: int | str | None
    what: Any = None


def test_other_shapes_of_fields_come_back_too() -> None:
    pair = Pair((1, "one"), "x", True)
    assert through_a_file(Pair, pair) == pair


@pytest.mark.parametrize("value", [object(), [b"x"], {1: 2}, b"x", Pair((1, "x"), None, {1, 2})])
def test_what_can_t_be_written_down_is_an_error(value: object) -> None:
    with pytest.raises(CodecError, match="can't be written down"):
        encode(value)


@pytest.mark.parametrize(
    ("kind", "plain", "message"),
    [
        (Event, {"type": "Hello"}, "expected one of SpeechStarted, .*, found a Hello"),
        (Event, [], "found a list"),
        (Event, {}, "found an object"),
        (Interim, {"type": "Interim", "text": "a", "start_ns": 1}, "missing or unknown: end_ns, stability"),
        (Word, {"type": "Word", "text": "a", "start_ns": 1, "end_ns": 2, "at": 3}, "unknown: at"),
        (Word, {"type": "Word", "text": "a", "start_ns": 1.5, "end_ns": 2}, "Word.start_ns: expected int"),
        (Word, {"type": "Word", "text": "a", "start_ns": True, "end_ns": 2}, "expected int, found True"),
        (Final, {"type": "Word", "text": "a", "start_ns": 1, "end_ns": 2}, "expected a Final, found a Word"),
        (Strategy, "hope", "expected a Strategy"),
        (tuple[int, ...], 3, "expected a list, found 3"),
        (tuple[int, str], [1], "expected a list of 2, found one of 1"),
        (dict[str, int], [], "expected an object, found a list"),
        (TurnRecord, {"type": "TurnRecord"}, "missing"),
        (set[int], [], "can't be read back"),
    ],
)
def test_what_was_not_written_by_it_is_an_error_that_says_where(kind: Any, plain: Any, message: str) -> None:
    with pytest.raises(CodecError, match=message):
        decode(kind, plain)


def test_a_literal_is_one_of_those_there_are() -> None:
    plain = encode(Message("user", "hello"))
    assert isinstance(plain, dict)
    with pytest.raises(CodecError, match=r"Message\.role: expected one of"):
        decode(Message, plain | {"role": "king"})


def test_usage_inside_an_event_keeps_its_class() -> None:
    finished = DraftFinished(3, "hello", DraftUsage(1, 2, 3, 4, 5))
    assert through_a_file(Event, finished) == finished

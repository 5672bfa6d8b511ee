from __future__ import annotations

import pytest

from antiphon.telemetry.trace import CHANNEL, ChannelReading, TraceEvent, Tracer


def test_a_tracer_nobody_listens_to_is_disabled_and_says_nothing() -> None:
    tracer = Tracer()
    tracer.emit("stt.interim", 1)
    assert not tracer.enabled


def test_listeners_are_told_in_the_order_they_were_added() -> None:
    tracer, told = Tracer(), list[tuple[str, TraceEvent]]()
    tracer.add(lambda event: told.append(("first", event)))
    tracer.add(lambda event: told.append(("second", event)))
    tracer.emit("llm.first_token", 5, draft_id=3)
    event = TraceEvent("llm.first_token", 5, {"draft_id": 3})
    assert tracer.enabled
    assert told == [("first", event), ("second", event)]


def test_a_removed_listener_hears_no_more_and_the_last_one_disables_the_tracer() -> None:
    tracer, told = Tracer(), list[TraceEvent]()
    tracer.add(told.append)
    tracer.remove(told.append)
    tracer.emit("stt.interim", 1)
    assert told == []
    assert not tracer.enabled


def test_removing_a_listener_that_was_not_added_is_refused() -> None:
    with pytest.raises(ValueError, match="not in list"):
        Tracer().remove(print)


def test_a_listener_may_remove_itself_while_it_is_told() -> None:
    tracer, told = Tracer(), list[str]()

    def once(event: TraceEvent) -> None:
        told.append(event.name)
        tracer.remove(once)

    tracer.add(once)
    tracer.add(lambda event: told.append(f"also {event.name}"))
    tracer.emit("a", 1)
    tracer.emit("b", 2)
    assert told == ["a", "also a", "also b"]


def test_a_listener_that_raises_is_heard_of() -> None:
    tracer = Tracer()
    tracer.add(lambda _: 1 // 0)  # type: ignore[arg-type]
    with pytest.raises(ZeroDivisionError):
        tracer.emit("a", 1)


def test_a_channel_tells_how_full_it_is() -> None:
    tracer, told = Tracer(), list[TraceEvent]()
    tracer.add(told.append)
    tracer.emit_channel(9, ChannelReading("audio.in", depth=3, capacity=10, dropped=1, max_depth=7))
    assert told == [
        TraceEvent(
            CHANNEL, 9, {"channel": "audio.in", "depth": 3, "capacity": 10, "dropped": 1, "max_depth": 7}
        )
    ]

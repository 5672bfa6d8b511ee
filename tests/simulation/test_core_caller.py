"""A caller without audio."""

from antiphon.core.events import Event, SpeechStarted, SpeechStopped
from antiphon.simulation.caller import SpokenWord, Utterance
from antiphon.simulation.core_caller import CoreCaller
from antiphon.simulation.core_queue import CoreQueue

HELLO = Utterance((SpokenWord("hello", 0, 400), SpokenWord("there", 900, 1_300)), after_ms=500)


def test_voice_events_come_where_the_words_are() -> None:
    queue, told, left = CoreQueue(), [], []

    def report(event: Event) -> None:
        told.append(event)

    caller = CoreCaller((HELLO,), queue, report, lambda start: None, lambda: left.append(queue.now_ns))
    caller.begin()
    while queue.next_ns() is not None:
        queue.step()
    started = [event.onset_ns for event in told if isinstance(event, SpeechStarted)]
    stopped = [event.offset_ns for event in told if isinstance(event, SpeechStopped)]
    assert started == [500_000_000, 1_400_000_000]
    assert stopped == [900_000_000, 1_800_000_000]
    assert [said.start for said in caller.said] == [500]
    assert left

"""A queue of things to come."""

from antiphon.simulation.core_queue import CoreQueue


def drained(queue: CoreQueue) -> None:
    while queue.next_ns() is not None:
        queue.step()


def test_things_happen_in_the_order_of_their_times_and_then_of_their_asking() -> None:
    queue, told = CoreQueue(), []
    for name, at_ns in (("late", 20), ("first", 10), ("second", 10)):
        queue.at(at_ns, lambda name=name: told.append((queue.now_ns, name)))
    drained(queue)
    assert told == [(10, "first"), (10, "second"), (20, "late")]


def test_what_is_cancelled_does_not_happen() -> None:
    queue, told = CoreQueue(), []
    name = queue.at(10, lambda: told.append("no"))
    queue.cancel(name)
    queue.cancel(None)
    drained(queue)
    assert told == []


def test_the_past_is_now() -> None:
    queue = CoreQueue()
    queue.at(10, lambda: queue.at(5, lambda: None) and None)
    drained(queue)
    assert queue.now_ns == 10

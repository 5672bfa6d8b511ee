"""The ten invariants, on what a listener heard and the vendors received."""

from dataclasses import replace

from antiphon.simulation.call import CallResult, CallSettings, simulate_call
from antiphon.simulation.checkers import CHECKERS, check_call
from antiphon.simulation.populations import own_world


def a_call() -> CallResult:
    return simulate_call("test:5", own_world().populations["echo"], CallSettings())


def broken(result: CallResult) -> set[int]:
    return {violation.invariant for violation in check_call(result)}


def test_there_is_a_checker_for_each_of_the_ten() -> None:
    assert list(CHECKERS) == list(range(1, 11))


def test_a_call_as_it_was_breaks_none() -> None:
    assert broken(a_call()) == set()


def test_words_that_nobody_heard_may_not_be_in_the_history() -> None:
    result = a_call()
    result.history = tuple(
        replace(message, content=message.content + " certainly not")
        if message.role == "assistant"
        else message
        for message in result.history
    )
    assert 5 in broken(result)


def test_a_word_of_the_caller_s_may_not_be_missing_from_the_history() -> None:
    result = a_call()
    first = next(index for index, message in enumerate(result.history) if message.role == "user")
    result.history = result.history[:first] + result.history[first + 1 :]
    assert 3 in broken(result)

"""Calls and parts of calls that the simulation's tests share."""

from collections.abc import AsyncIterator, Callable, Coroutine
from typing import TypeVar

from antiphon.core.messages import Message
from antiphon.core.notices import DraftCommitted, DraftStarted
from antiphon.providers.base import LLMRequest
from antiphon.simulation.call import CallResult, CallSettings, simulate_call
from antiphon.simulation.caller import Said, SpokenWord, Utterance
from antiphon.simulation.evidence import Evidence
from antiphon.simulation.listener import Heard
from antiphon.simulation.populations import own_world
from antiphon.simulation.scripts import Script
from antiphon.simulation.vendor_log import ModelCall, PlacedWord, Synthesis

MS = 1_000_000
ECHO = own_world().populations["echo"]
ASKED = LLMRequest((Message("user", "a table for two"),))

Item = TypeVar("Item")


def a_call(name: str = "test:5", **settings: object) -> CallResult:
    """A whole call of the echo population."""
    return simulate_call(name, ECHO, CallSettings(**settings))  # type: ignore[arg-type]


def utterance(text: str, *, word_ms: int = 300, **more: object) -> Utterance:
    """Words of equal length without a pause."""
    words = tuple(
        SpokenWord(word, index * word_ms, (index + 1) * word_ms) for index, word in enumerate(text.split())
    )
    return Utterance(words, **more)  # type: ignore[arg-type]


def empty_result(*utterances: Utterance) -> CallResult:
    """A call in which nothing has happened yet."""
    return CallResult(Script("test", utterances), ECHO, CallSettings())


def spoken(result: CallResult, said: Utterance, start: int) -> Said:
    """Have the caller of a result say something."""
    stretches = tuple((start + begin, start + end) for begin, end in said.stretches)
    result.said.append(Said(said, start, len(result.words), stretches))
    result.words += [(word.text, start + word.start_ms, start + word.end_ms) for word in said.words]
    return result.said[-1]


def replied(
    result: CallResult, asked: str, at_ms: int, text: str = "yes", *, heard_ms: int | None = None
) -> Synthesis:
    """Have a draft asked for, committed and heard, word by word at 100 ms a character."""
    log = result.log
    call = ModelCall(len(log.model_calls), (at_ms - 500) * MS, (Message("user", asked),), text)
    log.model_calls.append(call)
    synthesis = Synthesis(len(log.syntheses), (at_ms - 100) * MS, f"k{call.call_id} {text}", complete=True)
    place = 0
    for word in synthesis.text.split():
        synthesis.words.append(PlacedWord(word, place, place + 100 * len(word)))
        place += 100 * len(word)
    synthesis.samples = place
    log.syntheses.append(synthesis)
    draft_id = call.call_id + 1
    result.notices += [
        DraftStarted(1, draft_id, call.at_ns, asked, "final", speculative=True),
        DraftCommitted(1, draft_id, draft_id, (at_ms - 50) * MS, "same words"),
    ]
    sounds_ms = place if heard_ms is None else heard_ms
    result.heard.append(Heard(synthesis.synthesis_id, at_ms * MS, (at_ms + sounds_ms) * MS))
    return synthesis


def breaches(checker: Callable[[Evidence], object], result: CallResult) -> list[str]:
    """What a checker says of a call."""
    return [message for _, message in checker(Evidence(result))]  # type: ignore[attr-defined]


async def items(*given: Item) -> AsyncIterator[Item]:
    """An asynchronous iterator of some things."""
    for item in given:
        yield item


def gathered(make: Callable[[], AsyncIterator[Item]]) -> Callable[[], Coroutine[object, object, list[Item]]]:
    """A coroutine function that takes all there is."""

    async def main() -> list[Item]:
        return [item async for item in make()]

    return main

"""What the scripted model answers, by the kind of population: echo or acknowledging."""

from __future__ import annotations

import re
from collections.abc import Callable, Container
from enum import StrEnum
from random import Random

from antiphon.core.messages import Message
from antiphon.simulation.profile import Model
from antiphon.simulation.scripted_llm import Replier
from antiphon.simulation.vendor_log import said_last, silent_tag_of, tag_of, tags_in

CONTENT_WORDS_SAID_BACK = 2
ACKNOWLEDGEMENTS = ("sure", "okay", "right", "certainly", "of course", "all right")
CONTRADICTION = ("no", "sorry,", "that", "can", "not", "be", "done,")
QUESTION = "shall i go on with that now?"

# Sentences of a reply after its first clause, with nothing in them that could be taken for an answer.
_BODY = (
    "that takes a moment and then it is done.",
    "you can change it at any time if you like.",
    "i will keep an eye on it for you.",
    "there is nothing else that you need to do.",
    "most people ask for the same thing around now.",
    "it will be ready when you come by.",
    "just let me know in case something comes up.",
    "a message with all of it is on its way to you.",
    "we have a few of these left.",
    "it should not take longer than usual.",
    "everything is in order on our side.",
    "the rest stays as it was before.",
)
_BODY_TOKENS = tuple(sentence.split() for sentence in _BODY)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")

FUNCTION_WORDS = frozenset(
    re.findall(
        r"\w+",
        """a about actually after all also am an and any are as at be been before but by can could did do does
        for from get give go got had has have he her him his how i if in instead into is it its just know like
        make me my need of off on one or our out over please she so some take tell than thanks that the their
        them then there these they this those to turn up us want was we were what when where which who why
        will with would you your""",
    )
)


class ReplyKind(StrEnum):
    """How a population's replies begin."""

    ECHO = "echo"  # with the caller's last two words: nothing can be said before they are known
    ACKNOWLEDGING = "acknowledging"  # with a clause that holds at most the caller's first content words


def replier(kind: ReplyKind, settings: Model, turn: Callable[[], int], asks: Container[int]) -> Replier:
    """A model's way to answer.

    Args:
        kind: How replies begin.
        settings: How long they are.
        turn: Which of the script's utterances is being answered, counted from 0.
        asks: After which utterances the reply ends in a question.
    """
    begin = _echo if kind is ReplyKind.ECHO else _acknowledge

    def reply(messages: tuple[Message, ...], call_id: int, random: Random, begun: str = "") -> str:
        said = _WORD.findall(said_last(messages))
        if begun:
            tokens = _go_on(begun, said, silent_tag_of(call_id), random, settings)
        else:
            tokens = begin(said, call_id, random)
        wanted = random.randint(settings.reply_tokens_low, settings.reply_tokens_high)
        question = QUESTION.split() if turn() in asks else []
        tag = silent_tag_of(call_id)  # in each sentence, as each may be spoken apart
        while len(tokens) + len(question) < wanted:
            tokens += [tag, *random.choice(_BODY_TOKENS)]
        del tokens[wanted - len(question) :]
        tokens[-1] = tokens[-1].rstrip(".") + "."
        return " ".join(tokens + question)

    return reply


def _echo(said: list[str], call_id: int, random: Random) -> list[str]:
    body = [silent_tag_of(call_id), *random.choice(_BODY_TOKENS)]
    return [*(said[-2:] or ["yes"]), tag_of(call_id) + ",", *body]


def _acknowledge(said: list[str], call_id: int, random: Random) -> list[str]:
    content = [word for word in said if word.lower() not in FUNCTION_WORDS][:CONTENT_WORDS_SAID_BACK]
    opening = random.choice(ACKNOWLEDGEMENTS).split()
    clause = [*opening, silent_tag_of(call_id), *content]
    clause[-1] += ","
    return [*clause, silent_tag_of(call_id), *_substance(said), *random.choice(_BODY_TOKENS)]


def _substance(said: list[str]) -> list[str]:
    """What hangs on the caller's last words."""
    return said[-2:] or ["well"]


def _go_on(begun: str, said: list[str], tag: str, random: Random, settings: Model) -> list[str]:
    """What follows a first clause: a model that is instructed may repeat it, or go against it."""
    tokens = [*_substance(said), tag, *random.choice(_BODY_TOKENS)]
    if random.random() < settings.can_continue_a_begun_reply:
        return tokens
    does = random.random() - settings.repeats_the_opening_when_instructed
    if does < 0:
        return [*(word for word in begun.split() if not tags_in(word)), *tokens]
    return (
        [CONTRADICTION[0], tag, *CONTRADICTION[1:], *tokens]
        if does < settings.contradicts_the_opening_when_instructed
        else tokens
    )

"""How English speakers answer yes or no, and how often each of the ways is heard."""

from __future__ import annotations

from collections.abc import Mapping

from antiphon.core.language.data import words

YES_NO: Mapping[str, float] = {
    "yes": 0.30,
    "no": 0.15,
    "no thanks": 0.05,
    "that's fine": 0.03,
    "sounds good": 0.03,
}
"""Answers to a yes-no question: how often each is heard, with what only politeness adds to it."""

SHORT: tuple[str, ...] = (
    "yes",
    "yes please",
    "yes that's right",
    "yes that's fine",
    "no",
    "no thanks",
    "no thank you",
    "no that's all",
    "that's fine",
    "that's right",
    "that's all",
    "that's all thanks",
    "sounds good",
    "i think so",
    "i don't think so",
    "i don't know",
    "not today",
    "not really",
    "thank you",
    "thanks",
    "okay",
    "okay thanks",
    "the first one",
    "the second one",
    "the other one",
    "tomorrow please",
)
"""Whole turns that are heard in every line of business."""

YES_NO_BEGINNINGS = words("""
    am are can could did do does had has have is may might must shall should was were will would
    aren't can't couldn't didn't don't doesn't hasn't haven't isn't shouldn't wasn't weren't won't wouldn't
""")
QUESTION_WORDS = words("what who whom whose which when where why how")
OR = "or"
ALTERNATIVES_OF_NOTHING = words("not no something anything so")  # "or not?", "or something?"
CHOICE_BEGINNINGS = words("""
    a an the my your this that these those one two three four five six seven eight nine ten
    at in on by for with to from before after
""")

"""Names a difference in meaning in one short sentence, for people who read reports."""

from __future__ import annotations

from collections.abc import Sequence

from antiphon.core.language.align import Mismatch
from antiphon.core.language.normalise import Transcript
from antiphon.core.language.pack import LanguagePack

_MOST_WORDS = 4
_MOST_CHARACTERS = 40


def explain(pack: LanguagePack, interim: Transcript, final: Transcript, mismatch: Mismatch) -> str:
    """Say what differs between two transcripts.

    Args:
        pack: Their language.
        interim: What the draft was made for.
        final: What was finally said.
        mismatch: Where they part.
    """
    before, after = interim.words[mismatch.left :], final.words[mismatch.right :]
    if not before and not after:
        return f"articles show other roles: {_quoted(interim.cases)} / {_quoted(final.cases)}"
    if not before:
        return f"the final goes on: {_quoted(after)}"
    if not after:
        return f"the final leaves out: {_quoted(before)}"
    if after[0] in before and before[0] in after and sorted(before) == sorted(after):
        return f"word order differs: {_quoted(before)} / {_quoted(after)}"
    ours, theirs = before[0], after[0]
    left, right = before[:1], after[:1]
    if theirs in before[1:_MOST_WORDS]:
        left, right = before[: before.index(theirs)], ()
    elif ours in after[1:_MOST_WORDS]:
        left, right = (), after[: after.index(ours)]
    return f"{_kind(pack, left + right)}: {_quoted(left)} / {_quoted(right)}"


def _kind(pack: LanguagePack, changed: tuple[str, ...]) -> str:
    """What kind of words stand on one side only, or in each other's place."""
    if not pack.negations.isdisjoint(changed):
        return "negation differs"
    if changed[0][0].isdigit() or changed[-1][0].isdigit():
        return "number differs"
    if frozenset(changed) in pack.opposites:
        return "opposites"
    if not pack.functions.issuperset(changed):
        return "name or content word differs"
    return "pronoun differs" if pack.pronouns.issuperset(changed) else "function word differs"


def _quoted(words: Sequence[str]) -> str:
    if not words:
        return "nothing"
    text = words[0] if len(words) == 1 else " ".join(words[:_MOST_WORDS])
    if len(words) > _MOST_WORDS or len(text) > _MOST_CHARACTERS:
        text = f"{text[:_MOST_CHARACTERS]}…"
    return f'"{text}"'

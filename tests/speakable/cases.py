"""The table of written forms and what is said for them, and ways to cut a text as a model would."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from antiphon.core.segmenter import Segmentation
from antiphon.core.speech import Speech
from antiphon.speakable import Manner, SpeechWriter

TABLE = Path(__file__).parent / "data" / "english.tsv"
ENGLISH = Manner()
TOKEN = re.compile(
    r"[ \t]?[A-Za-z]{1,6}|[ \t]?\d{1,3}|\n|[ \t]?[^\sA-Za-z\d]|\s", re.ASCII
)  # about as a model's


@dataclass(frozen=True, slots=True)
class Case:
    kind: str
    written: str
    spoken: str


def read_table() -> list[Case]:
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    return [
        Case(kind, written.replace("\\n", "\n"), spoken)
        for kind, written, spoken in (line.split("\t") for line in lines)
    ]


CASES = read_table()


def speeches(
    tokens: list[str], manner: Manner = ENGLISH, segmentation: Segmentation | None = None
) -> list[Speech]:
    """A reply as its tokens come."""
    writer = SpeechWriter(manner, segmentation)
    return [speech for token in tokens for speech in writer.push(token)] + writer.finish()


def said(speeches: list[Speech]) -> list[str]:
    """The words that are spoken, punctuation left out."""
    words = " ".join(speech.spoken for speech in speeches).split()
    bare = (word.strip(".,:;!?…") for word in words)
    return [word for word in bare if word]


def by_token(text: str) -> list[str]:
    tokens = TOKEN.findall(text)
    assert "".join(tokens) == text
    return tokens


def of_kinds(*kinds: str) -> list[Case]:
    """The cases of some kinds; there are some of each."""
    found = [case for case in CASES if case.kind in kinds]
    assert {case.kind for case in found} == set(kinds)
    return found


def case_id(case: Case) -> str:
    return f"{case.kind}: {case.written!r}"

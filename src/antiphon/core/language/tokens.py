"""Text to words: case, width, accents and punctuation go, what is said stays."""

from __future__ import annotations

import re
import unicodedata


def _words(letter: str) -> re.Pattern[str]:
    """What counts as a word, for an alphabet."""
    return re.compile(
        rf"""
          {letter}(?:{letter}|\d|'(?=[^\W_]))+       # words, with their inner apostrophes
        | {letter}\.(?:{letter}\.)+(?!\w)            # initials: "p.m."
        | {letter}(?:\.{letter})+(?!\w)              # the same without the last stop: "u.s.a"
        | {letter}
        | \d+(?:[.,:/]\d+)*{letter}*                # "7:30pm", "1,000.50", "22nd", "1/2"
        | (?<!\w)-(?=\d)                           # a minus sign
        | [^\w\s!"'()*,./:;<>?\[\\\]^`{{|}}~\x00-\x1f\x7f-]  # signs that are said: "$", "%", "&", "@", emoji
        """,
        re.VERBOSE,
    )


_ASCII_WORD = _words("[a-z]")
_WORD = _words(r"[^\W\d_]")
_DOT_IN_NAME = re.compile(r"(?<=\w)\.(?=(?:com|org|net|edu|gov|info|io|co|uk|de|fr|es|eu)\b)")
_FRACTIONS = str.maketrans({"½": " 1/2", "¼": " 1/4", "¾": " 3/4", "⅓": " 1/3", "⅔": " 2/3"})
_APOSTROPHES = str.maketrans(dict.fromkeys("’‘ʼ′´＇`", "'"))
_UNSPACED = re.compile(  # scripts that put no space between words: each character is a word
    r"([\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff])"
)


def tokenise(text: str, *, fold_accents: bool = False) -> list[str]:
    """The words of a text: lower case, no punctuation; signs that are said are words of their own.

    Args:
        text: Any text.
        fold_accents: Write accented letters without their accents.
    """
    pattern = _ASCII_WORD
    if text.isascii():
        text = text.lower()
    else:
        text, pattern = _fold(text, fold_accents=fold_accents), _WORD
    if "." in text:
        text = _DOT_IN_NAME.sub(" dot ", text)
    return pattern.findall(text)


def _fold(text: str, *, fold_accents: bool) -> str:
    """Beyond ASCII: one form of each letter, plain apostrophes, no punctuation of any script."""
    text = unicodedata.normalize("NFKC", text.translate(_APOSTROPHES).translate(_FRACTIONS)).casefold()
    text = unicodedata.normalize("NFC", text)  # folding case can take letters apart again
    if fold_accents:
        apart = unicodedata.normalize("NFD", text)
        text = "".join(character for character in apart if not _is_latin_accent(character))
    text = "".join(character if _is_said(character) else _blank(character) for character in text)
    return _UNSPACED.sub(r" \1 ", text)


def _is_latin_accent(character: str) -> bool:
    return "\u0300" <= character <= "\u036f"


def _is_said(character: str) -> bool:
    """Whether a character is kept: ASCII is sorted out by `_WORD`, punctuation and controls are not said."""
    if character.isascii():
        return True
    return unicodedata.category(character)[0] not in "PC" and not "\ufe00" <= character <= "\ufe0f"


def _blank(character: str) -> str:
    """Punctuation parts words; invisible characters do not."""
    return " " if unicodedata.category(character)[0] == "P" else ""

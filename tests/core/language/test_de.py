"""German: what counts as the same, what does not."""

from __future__ import annotations

import pytest

from antiphon.core.judge import Judge, JudgeSettings

JUDGE = Judge(JudgeSettings(language="de"))

SAME = [
    ("stell einen Wecker auf halb acht", "Stell einen Wecker auf 7:30"),
    ("stell den wecker auf sieben uhr dreissig", "stell den Wecker auf 7:30 Uhr"),
    ("äh mach bitte das Licht an", "mach das Licht an"),
    ("kannst du das Licht ausschalten", "könntest du bitte das Licht ausschalten"),
    ("zweiundzwanzig", "22"),
    ("zweitausendsiebzehn", "2017"),
    ("am fünften Mai", "am 5. Mai"),
    ("drei Komma fünf", "3,5"),
    ("acht Uhr", "8 Uhr"),
    ("viertel vor neun", "8:45"),
    ("geht's dir gut", "geht es dir gut"),
    ("mach mir mal das licht an", "mach mir das licht an"),
    ("20 Uhr", "20:00"),
    ("zwei tausend neun hundert", "2900"),
    ("hundert fünf", "105"),
    ("dr. müller", "doktor müller"),
    ("spiel photos", "spiel fotos"),
    ("noch mal", "nochmal"),
    ("€ 5", "fünf euro"),
]

DIFFERENT = [
    ("wie ist das Wetter in Berlin", "wie ist das Wetter in Hamburg"),
    ("mach das Licht an", "mach das Licht aus"),
    ("der Hund beißt den Mann", "den Hund beißt der Mann"),
    ("spiel das", "spiel"),
    ("nicht abbrechen", "abbrechen"),
    ("erinnere mich an anna", "erinnere dich an anna"),
    ("danke", "bitte"),
    ("zwei", "drei"),
    ("eins", "ein"),
    ("drei mal drei", "drei drei"),
    ("ja", "nein"),
    ("ich bin hier", "du bist hier"),
]


@pytest.mark.parametrize(("interim", "final"), SAME)
def test_form_fillers_and_politeness_do_not_matter(interim: str, final: str) -> None:
    assert JUDGE.compare(interim, final).reuse, JUDGE.compare(interim, final).reason
    assert JUDGE.compare(final, interim).reuse


@pytest.mark.parametrize(("interim", "final"), DIFFERENT)
def test_a_changed_meaning_is_never_the_same(interim: str, final: str) -> None:
    assert not JUDGE.compare(interim, final).reuse
    assert not JUDGE.compare(final, interim).reuse

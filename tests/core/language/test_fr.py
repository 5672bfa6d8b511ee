"""French: what counts as the same, what does not."""

from __future__ import annotations

import pytest

from antiphon.core.judge import Judge, JudgeSettings

JUDGE = Judge(JudgeSettings(language="fr"))

SAME = [
    ("mets un réveil à sept heures et demie", "mets un réveil à 7h30"),
    ("euh allume la lumière s'il te plaît", "allume la lumière"),
    ("quatre-vingt-dix-neuf", "99"),
    ("soixante et onze", "71"),
    ("vingt et un", "21"),
    ("deux cent cinq", "205"),
    ("mille neuf cent quatre-vingt-dix", "1990"),
    ("pourrais-tu fermer la porte", "peux-tu fermer la porte"),
    ("l'heure", "heure"),
    ("le premier mai", "le 1er mai"),
    ("huit heures moins le quart", "7:45"),
    ("trois virgule cinq", "3,5"),
    ("combien ça coûte", "combien ça coute"),
    ("j'ai faim", "je ai faim"),
    ("aujourd'hui", "aujourd’hui"),
    ("il est cinq heures dix", "il est 5h10"),
    ("cinq euros", "5 €"),
    ("deux mille dix-sept", "2017"),
]

DIFFERENT = [
    ("allume la lumière", "éteins la lumière"),
    ("quel temps fait-il à Paris", "quel temps fait-il à Lyon"),
    ("je le veux", "je veux"),
    ("ne le fais pas", "fais-le"),
    ("merci", "oui"),
    ("monte le son", "baisse le son"),
    ("il vient", "elle vient"),
    ("tu la vois", "tu vois"),
]


@pytest.mark.parametrize(("interim", "final"), SAME)
def test_form_fillers_and_politeness_do_not_matter(interim: str, final: str) -> None:
    assert JUDGE.compare(interim, final).reuse, JUDGE.compare(interim, final).reason
    assert JUDGE.compare(final, interim).reuse


@pytest.mark.parametrize(("interim", "final"), DIFFERENT)
def test_a_changed_meaning_is_never_the_same(interim: str, final: str) -> None:
    assert not JUDGE.compare(interim, final).reuse
    assert not JUDGE.compare(final, interim).reuse

"""Spanish: what counts as the same, what does not."""

from __future__ import annotations

import pytest

from antiphon.core.judge import Judge, JudgeSettings

JUDGE = Judge(JudgeSettings(language="es"))

SAME = [
    ("el segundo", "el 2º"),
    ("pon una alarma a las siete y media", "pon una alarma a las 7:30"),
    ("eh enciende la luz por favor", "enciende la luz"),
    ("treinta y dos", "32"),
    ("veintidós", "22"),
    ("mil novecientos noventa y nueve", "1999"),
    ("dos mil diecisiete", "2017"),
    ("ciento cinco", "105"),
    ("doscientas", "200"),
    ("el cinco de mayo", "el 5 de mayo"),
    ("puedes poner música", "podrías poner música"),
    ("tres coma cinco", "3,5"),
    ("a las ocho menos cuarto", "a las 7:45"),
    ("hola pon música gracias", "pon música"),
    ("cinco euros", "5 €"),
    ("al cine", "a el cine"),
    ("a la una y diez", "a la 1:10"),
]

DIFFERENT = [
    ("enciende la luz", "apaga la luz"),
    ("qué tiempo hace en madrid", "qué tiempo hace en sevilla"),
    ("no la quiero", "la quiero"),
    ("la quiero", "quiero"),
    ("llama a ana", "llama a eva"),
    ("no quiero", "quiero"),
    ("mi lista", "tu lista"),
    ("muchas gracias", "no"),
    ("sube el volumen", "baja el volumen"),
]


@pytest.mark.parametrize(("interim", "final"), SAME)
def test_form_fillers_and_politeness_do_not_matter(interim: str, final: str) -> None:
    assert JUDGE.compare(interim, final).reuse, JUDGE.compare(interim, final).reason
    assert JUDGE.compare(final, interim).reuse


@pytest.mark.parametrize(("interim", "final"), DIFFERENT)
def test_a_changed_meaning_is_never_the_same(interim: str, final: str) -> None:
    assert not JUDGE.compare(interim, final).reuse
    assert not JUDGE.compare(final, interim).reuse

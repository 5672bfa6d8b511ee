"""Chance that can be had again."""

from antiphon.simulation.chance import chance


def test_a_name_always_gives_the_same_stream() -> None:
    assert [chance("stt", "1:2").random() for _ in range(3)] == [chance("stt", "1:2").random()] * 3


def test_other_names_give_other_streams() -> None:
    assert chance("stt", "1:2").random() != chance("llm", "1:2").random() != chance("llm", "1:3").random()

import pytest

from antiphon.providers.llm.small_talk import Talk, recognise_talk
from antiphon.providers.spoken_words import spoken_words


@pytest.mark.parametrize(
    ("said", "talk"),
    [
        ("Hello there!", Talk.GREETING),
        ("good morning", Talk.GREETING),
        ("Thank you very much.", Talk.THANKS),
        ("oh great, thanks", Talk.THANKS),
        ("no thanks", Talk.THANKS),
        ("No thank you, that's all.", Talk.GOODBYE),
        ("bye bye", Talk.GOODBYE),
        ("can you help me", Talk.HELP),
        ("I have another question", Talk.HELP),
        ("what can you tell me", Talk.HELP),
        ("yes please", Talk.YES),
        ("no", Talk.NO),
        ("sorry, could you say that again", Talk.REPEAT),
        ("hello, when do you open", None),
        ("thank you, and where is the café", None),
        ("what is the price", None),
        ("please", None),
        ("", None),
    ],
)
def test_turns_that_ask_nothing_are_told_from_those_that_do(said: str, talk: Talk | None) -> None:
    assert recognise_talk(spoken_words(said)) is talk

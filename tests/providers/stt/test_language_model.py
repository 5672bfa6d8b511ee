from antiphon.providers.stt.language_model import build_language_model

HANDBOOK = "# Wharf\n\n## Pram hire\n\n- Can I hire a pram?\n\nYes, at the 北 gate.\n"
LEXICON = {word: ["AH"] for word in ["wharf", "hire", "can", "i", "a", "yes", "at", "the", "gate", "hello"]}


def test_every_word_has_a_sound_and_a_probability() -> None:
    model = build_language_model(HANDBOOK, ["hello"], LEXICON, lambda word: 0.01 if word == "the" else 1e-7)
    assert model.guessed == ("pram",)
    assert model.left_out == ("北",)
    assert model.pronunciations.keys() == {*LEXICON, "pram"}
    for word in model.pronunciations:
        assert f" {word} " in model.arpa
    assert "北" not in model.arpa
    assert "can i hire" in model.arpa

import numpy as np
import pytest

pytest.importorskip("pocketsphinx")

from antiphon.providers.stt.pocketsphinx_decoders import decoder_maker, handbook_language_model

pytestmark = pytest.mark.embedded

HANDBOOK = "# Wharf\n\n## Pram hire\n\n- Can I hire a pram?\n\nYes, at the gate.\n"


def test_a_handbooks_words_are_known_those_in_no_dictionary_by_a_guess() -> None:
    model = handbook_language_model(HANDBOOK)
    assert model.guessed == ("pram",)
    assert model.left_out == ()
    assert {"wharf", "pram", "hire", "thank", "goodbye"} <= model.pronunciations.keys()


@pytest.mark.parametrize("handbook", [HANDBOOK, None, ""], ids=["handbook", "general", "empty"])
def test_a_decoder_decodes_and_its_makers_share_nothing_that_changes(handbook: str | None) -> None:
    make = decoder_maker(handbook)
    one, other = make(), make()
    one.start_utt()
    other.start_utt()
    one.process_raw(np.random.default_rng(0).normal(0, 1_000, 8_000).astype(np.int16).tobytes(), False, False)
    one.end_utt()
    other.end_utt()
    assert other.hyp() is None or other.hyp().hypstr == ""  # type: ignore[union-attr]

"""What the vendors were asked and what they made."""

from antiphon.core.messages import Message
from antiphon.simulation.vendor_log import (
    Delivered,
    ModelCall,
    PlacedWord,
    Synthesis,
    VendorLog,
    at_ns,
    tag_of,
)


def test_a_reply_is_known_by_the_tag_in_its_words() -> None:
    assert Synthesis(0, 0, f"for two {tag_of(17)}, it is done.").reply_tag == 17
    assert Synthesis(0, 0, "sorry, that did not work.").reply_tag is None


def test_a_word_counts_as_spoken_when_half_of_it_was() -> None:
    synthesis = Synthesis(0, 0, words=[PlacedWord("for", 0, 300), PlacedWord("two", 300, 600)])
    assert synthesis.spoken_in(149) == []
    assert synthesis.spoken_in(150) == ["for"]
    assert synthesis.spoken_in(450) == ["for", "two"]


def test_a_call_answers_its_last_message() -> None:
    assert ModelCall(0, 0, (Message("system", "be kind"), Message("user", "hello")), "hi").answers == "hello"


def test_finals_are_the_transcripts_that_will_not_change() -> None:
    interim = Delivered("a", 0, 1, (0, 1), final=False)
    final = Delivered("a table", 0, 2, (0, 2), final=True)
    assert VendorLog(transcripts=[interim, final]).finals == [final]


def test_places_are_milliseconds() -> None:
    assert at_ns(20) == 20_000_000

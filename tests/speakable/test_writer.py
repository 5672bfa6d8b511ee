from __future__ import annotations

from antiphon.core.speech import Link, Speech
from antiphon.speakable import Manner, SpeechWriter
from antiphon.speakable.settings import Emoji, Speakable

ENGLISH = Manner()


def test_a_reply_is_cut_as_it_comes() -> None:
    writer = SpeechWriter()
    assert writer.push("Sure, two people. When") == [Speech.plain("Sure, two people.")]
    assert writer.finish() == [Speech.plain(" When")]


def test_a_complete_text_is_one_segment() -> None:
    assert SpeechWriter().whole("Sure. When? ") == [Speech.plain("Sure. When? ")]


def test_each_segment_is_written_and_spoken() -> None:
    writer = SpeechWriter(ENGLISH)
    (speech,) = writer.push("It is **$5** sir. ")
    assert (speech.written, speech.spoken) == ("It is **$5** sir.", "It is five dollars sir.")
    assert [speech.written[link.start : link.end] for link in speech.links] == ["It", "is", "**$5**", "sir."]


def test_what_makes_no_sound_goes_with_what_follows() -> None:
    writer = SpeechWriter(ENGLISH)
    assert writer.push("🚀! ") == []
    (speech,) = writer.push("Sure, yes. ") + writer.finish()
    assert speech.written.rstrip() == "🚀! Sure, yes."
    assert speech.spoken.strip() == "Sure, yes."


def test_at_the_end_it_comes_alone() -> None:
    writer = SpeechWriter(ENGLISH)
    assert [speech.written for speech in writer.push("Sure, yes. 🚀")] == ["Sure, yes."]
    assert writer.finish() == [Speech(" 🚀", "")]
    assert writer.finish() == []


def test_a_reply_of_nothing_but_emoji_names_them() -> None:
    assert SpeechWriter(ENGLISH).whole("🚀") == [Speech("🚀", "rocket", (Link(0, 1, 0, 6),))]
    assert [speech.spoken for speech in SpeechWriter(Manner(Speakable(emoji=Emoji.KEEP))).whole("🚀")] == [
        "🚀"
    ]
    assert SpeechWriter(ENGLISH).whole("---") == [Speech("---", "")]


def test_what_was_said_before_tells_what_a_number_is() -> None:
    writer = SpeechWriter(ENGLISH)
    spoken = [
        speech.spoken for speech in writer.push("Your confirmation number is now ready: it is, 4821, sir. ")
    ]
    spoken += [speech.spoken for speech in writer.push("And your code is: 4821. ") + writer.finish()]
    assert "four eight two one" in spoken[-1]

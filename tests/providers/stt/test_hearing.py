import numpy as np
import pytest

from antiphon.audio import Samples
from antiphon.providers.stt import hearing
from antiphon.providers.stt.hearing import CEPSTRAL_MEAN, FRAME, LEVEL, NOISE, RATE_HZ, Hearing, Transcript

from .scripted_decoder import ScriptedDecoder, silence, voice


def heard(hears: Hearing, samples: Samples, size: int = 320) -> list[Transcript]:
    return [
        transcript
        for start in range(0, len(samples), size)
        for transcript in hears.hear(samples[start : start + size])
    ]


@pytest.fixture
def decoder() -> ScriptedDecoder:
    return ScriptedDecoder()


def test_interims_come_while_the_words_do_and_only_when_they_change(decoder: ScriptedDecoder) -> None:
    interims = heard(Hearing(decoder, 100), voice(1.3))
    assert [interim.text for interim in interims] == ["what", "what time", "what time do", "what time do you"]
    assert all(interim.start == 0 and not interim.is_final for interim in interims)
    assert [interim.end for interim in interims] == sorted(interim.end for interim in interims)


def test_a_word_is_stable_when_it_was_there_before(decoder: ScriptedDecoder) -> None:
    interims = heard(Hearing(decoder, 100), voice(1.3))
    assert interims[-1].stability == pytest.approx(3 / 4)


def test_a_flush_makes_all_audio_final_with_the_places_of_its_words(decoder: ScriptedDecoder) -> None:
    hears = Hearing(decoder, 100)
    heard(hears, np.concatenate([silence(2), voice(1.3)]))
    final = hears.flush()
    assert final.is_final
    assert final.text == "what time do you open"
    assert (final.start, final.end) == (0, round(3.3 * RATE_HZ))
    first = final.words[0]
    assert first[0] == "what"
    assert first[1] == pytest.approx(1.76 * RATE_HZ, abs=0.03 * RATE_HZ)  # 300 ms before the gate opened
    assert first[2] - first[1] == 30 * FRAME
    assert not hears.is_pending


def test_places_are_right_after_silence_that_was_left_out(decoder: ScriptedDecoder) -> None:
    hears = Hearing(decoder, 100)
    heard(hears, np.concatenate([voice(0.6), silence(4), voice(1)]))
    words = hears.flush().words
    in_second_part = [start for _, start, _ in words if start > 4 * RATE_HZ]
    assert in_second_part
    assert in_second_part[0] < 5 * RATE_HZ
    assert decoder.utterances[0] < 2 * 3.5 * RATE_HZ


def test_silence_is_not_decoded_and_its_final_is_empty(decoder: ScriptedDecoder) -> None:
    hears = Hearing(decoder, 100)
    assert heard(hears, silence(10)) == []
    assert hears.flush() == Transcript("", 0, 10 * RATE_HZ, is_final=True)
    assert decoder.utterances == []


def test_a_flush_of_nothing_is_empty(decoder: ScriptedDecoder) -> None:
    hears = Hearing(decoder, 100)
    assert not hears.is_pending
    assert hears.flush() == Transcript("", 0, 0, is_final=True)


def test_finals_follow_one_another(decoder: ScriptedDecoder) -> None:
    hears = Hearing(decoder, 100)
    heard(hears, voice(1))
    first = hears.flush()
    interims = heard(hears, voice(1))
    second = hears.flush()
    assert second.start == first.end
    assert all(interim.start == first.end and interim.end > first.end for interim in interims)
    assert second.words[0][1] >= first.end


@pytest.mark.parametrize("rms", [200, 3_000, 9_000])
def test_every_voice_is_brought_to_one_level(decoder: ScriptedDecoder, rms: float) -> None:
    hears = Hearing(decoder, 100)
    heard(hears, np.concatenate([voice(0.5, 5), voice(1, rms)]))
    decoded = np.frombuffer(decoder.audio, np.int16)[-8_000:].astype(float)
    assert np.sqrt((decoded**2).mean()) == pytest.approx(LEVEL, rel=0.15)


def test_perfect_silence_gets_a_little_noise_and_real_silence_none(decoder: ScriptedDecoder) -> None:
    loud = voice(0.6, LEVEL)
    for quiet, expected in ((silence(0.6), NOISE), (voice(0.6, 10), 10)):
        hears = Hearing(decoder, 100)
        heard(hears, np.concatenate([quiet, loud, quiet]))
        rms = np.sqrt((np.frombuffer(decoder.audio, np.int16)[-4_800:].astype(float) ** 2).mean())
        assert rms == pytest.approx(expected, rel=0.2)
        hears.close()


def test_a_short_utterance_is_decoded_when_it_is_flushed(decoder: ScriptedDecoder) -> None:
    hears = Hearing(decoder, 100)
    heard(hears, voice(0.4))
    assert decoder.utterances == []
    assert hears.flush().text == "what"


def test_an_endless_utterance_becomes_final_unasked(
    decoder: ScriptedDecoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hearing, "MAX_UTTERANCE", 2 * RATE_HZ)
    syllables = np.concatenate([voice(0.2), voice(0.1, 100)] * 17)
    finals = [each for each in heard(Hearing(decoder, 100), syllables) if each.is_final]
    assert len(finals) == 2
    assert finals[0].end == finals[1].start


def test_each_call_begins_with_the_mean_of_calls(decoder: ScriptedDecoder) -> None:
    first = Hearing(decoder, 100)
    heard(first, voice(1))
    first.close()
    first.close()
    assert not decoder.running
    second = Hearing(decoder, 100)
    assert decoder.means == [CEPSTRAL_MEAN] * 2
    assert second.flush().text == ""


@pytest.mark.parametrize("size", [1, 7, 160, 1_600, 100_000])
def test_frames_may_have_any_length(decoder: ScriptedDecoder, size: int) -> None:
    hears = Hearing(decoder, 100)
    audio = np.concatenate([silence(0.5), voice(1)])
    heard(hears, audio, size)
    assert hears.flush().text == "what time do you"


def test_facts_hold_everything() -> None:
    transcript = Transcript("hello", 1, 9, (("hello", 2, 8),), 0.5)
    assert transcript.facts == {
        "text": "hello",
        "start": 1,
        "end": 9,
        "words": (("hello", 2, 8),),
        "stability": 0.5,
        "final": False,
    }

"""What a double hears follows the audio it is sent, however that is cut."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.core.events import Word
from antiphon.core.times import NS_PER_MS
from antiphon.errors import ConfigError
from antiphon.testing.vendors.speech_source import (
    Framer,
    ScriptedSpeech,
    VoicedSpeech,
    script,
    spoken,
    voiced_audio,
)

RATE_HZ = 16_000


def heard(source: VoicedSpeech, samples: np.ndarray) -> list[tuple[str, int, int]]:
    for frame, end_ns in Framer(RATE_HZ).frames(samples.astype("<i2").tobytes()):
        source.hear(frame, end_ns)
    return [(word.text, word.start_ns // NS_PER_MS, word.end_ns // NS_PER_MS) for word in source.words]


def test_a_script_is_written_in_milliseconds() -> None:
    assert script(("one", 0, 100)) == (Word("one", 0, 100 * NS_PER_MS),)
    assert spoken("one two", 50, 100) == script(("one", 50, 150), ("two", 150, 250))


def test_a_script_is_in_order() -> None:
    with pytest.raises(AssertionError, match="begins before"):
        ScriptedSpeech(script(("one", 0, 100), ("two", 50, 150)))


def test_a_script_knows_its_silences() -> None:
    source = ScriptedSpeech(script(("one", 100, 200), ("two", 300, 400)))
    assert [source.silence_ns(at * NS_PER_MS) // NS_PER_MS for at in (50, 150, 250, 350, 500)] == [
        50,
        0,
        50,
        0,
        100,
    ]


def test_voiced_audio_is_voiced_where_it_says() -> None:
    samples = voiced_audio((100, 200), (300, 400), rate_hz=RATE_HZ, silence_ms=100)
    assert len(samples) == RATE_HZ // 2
    levels = [int(np.abs(samples[at * 16 : at * 16 + 100]).max()) for at in (50, 150, 250, 350, 450)]
    assert levels == [0, levels[1], 0, levels[1], 0]
    assert levels[1] > 7_000


def test_each_voiced_stretch_is_an_utterance() -> None:
    source = VoicedSpeech(["one two", "three"], RATE_HZ, ms_per_word=100, gap_ms=300)
    samples = voiced_audio((200, 400), (1_000, 1_100), (1_800, 1_900), rate_hz=RATE_HZ)
    assert heard(source, samples) == [("one", 200, 300), ("two", 300, 400), ("three", 1_000, 1_100)]


def test_utterances_may_be_said_again() -> None:
    source = VoicedSpeech(["one"], RATE_HZ, ms_per_word=100, gap_ms=300, repeat=True)
    samples = voiced_audio((0, 100), (600, 700), rate_hz=RATE_HZ)
    assert [text for text, _, _ in heard(source, samples)] == ["one", "one"]


def test_a_short_pause_belongs_to_the_utterance() -> None:
    source = VoicedSpeech(["one two"], RATE_HZ, ms_per_word=100, gap_ms=300)
    assert heard(source, voiced_audio((0, 100), (300, 400), rate_hz=RATE_HZ)) == [
        ("one", 0, 100),
        ("two", 100, 400),
    ]


def test_words_left_over_end_with_the_voice() -> None:
    source = VoicedSpeech(["one two three"], RATE_HZ, ms_per_word=100, gap_ms=300)
    assert heard(source, voiced_audio((0, 150), rate_hz=RATE_HZ))[1:] == [
        ("two", 100, 150),
        ("three", 150, 150),
    ]


def test_words_left_over_are_settled_in_silence_and_not_in_mid_speech() -> None:
    source = VoicedSpeech(["one two three"], RATE_HZ, ms_per_word=100, gap_ms=900)
    heard(source, voiced_audio((0, 150), rate_hz=RATE_HZ, silence_ms=0))
    source.settle()
    assert len(source.words) == 1
    later = VoicedSpeech(["one two three"], RATE_HZ, ms_per_word=100, gap_ms=900)
    heard(later, voiced_audio((0, 150), rate_hz=RATE_HZ, silence_ms=200))
    later.settle()
    assert len(later.words) == 3
    assert later.silence_ns(350 * NS_PER_MS) == 200 * NS_PER_MS


def test_a_figure_out_of_bounds_is_refused() -> None:
    with pytest.raises(ConfigError, match="ms_per_word = 1"):
        VoicedSpeech([], RATE_HZ, ms_per_word=1)


@given(cuts=st.lists(st.integers(0, 4_000), max_size=20))
def test_frames_are_the_same_however_audio_is_cut(cuts: list[int]) -> None:
    audio = np.arange(3_000, dtype=np.int16).astype("<i2").tobytes()
    framer = Framer(RATE_HZ)
    frames = []
    at = 0
    for length in [*(2 * cut for cut in cuts), len(audio)]:
        frames += list(framer.frames(audio[at : at + length]))
        at = min(at + length, len(audio))
    expected = list(Framer(RATE_HZ).frames(audio))
    assert len(frames) == len(expected) == 18
    for (frame, end_ns), (other, other_ns) in zip(frames, expected, strict=True):
        assert end_ns == other_ns
        assert np.array_equal(frame, other)
    assert framer.samples == 3_000
    assert framer.position_ns == 187_500_000

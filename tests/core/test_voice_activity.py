from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.core.voice_activity import Offset, Onset, SpeechEdge, SpeechTracker, VoiceActivity
from antiphon.errors import ConfigError

RATE_HZ = 16_000
WINDOW = 512
MS = RATE_HZ // 1_000


@dataclass(frozen=True, slots=True)
class Window:
    end_sample: int
    samples: int
    probability: float
    level_dbfs: float


class Call:
    """Feeds a tracker windows one behind the other and notes when it answered what."""

    def __init__(self, settings: VoiceActivity | None = None) -> None:
        self.tracker = SpeechTracker(settings or VoiceActivity(), RATE_HZ)
        self.edges: list[SpeechEdge] = []
        self.answered_at: list[int] = []
        self.now = 0

    def hear(self, probability: float, level_dbfs: float, count: int = 1, samples: int = WINDOW) -> None:
        for _ in range(count):
            self.now += samples
            edges = self.tracker.push(Window(self.now, samples, probability, level_dbfs))
            self.edges += edges
            self.answered_at += [self.now] * len(edges)

    def quiet(self, count: int = 1) -> None:
        self.hear(0.01, -65, count)

    def speak(self, count: int = 1) -> None:
        self.hear(0.98, -20, count)


def test_speech_begins_at_its_first_voiced_sample_and_ends_at_its_last() -> None:
    call = Call()
    call.quiet(20)
    call.speak(30)
    call.quiet(10)
    onset, offset = call.edges
    assert isinstance(onset, Onset)
    assert isinstance(offset, Offset)
    assert abs(onset.sample - 20 * WINDOW) <= WINDOW // 2
    assert abs(offset.sample - 50 * WINDOW) <= WINDOW // 2
    assert call.answered_at == [22 * WINDOW, 54 * WINDOW]


def test_a_click_never_starts_speech() -> None:
    call = Call()
    for _ in range(50):
        call.quiet(3)
        call.hear(1.0, -3)
    call.quiet()
    assert call.edges == []
    assert not call.tracker.in_speech


def test_a_probability_that_hovers_does_not_join_two_clicks() -> None:
    call = Call()
    call.quiet(5)
    call.hear(0.9, -20)
    call.hear(0.4, -30, 20)
    call.hear(0.9, -20)
    assert call.edges == []


def test_a_weak_window_within_the_first_syllable_does_not_undo_it() -> None:
    call = Call()
    call.quiet(5)
    for probability in (0.8, 0.4, 0.8):
        call.hear(probability, -25)
    assert call.tracker.in_speech
    assert call.edges == [Onset(call.edges[0].sample)]
    assert abs(call.edges[0].sample - 5 * WINDOW) <= WINDOW // 2


def test_a_short_gap_does_not_end_speech() -> None:
    call = Call()
    call.quiet(5)
    for _ in range(10):
        call.speak(3)
        call.hear(0.1, -55, 2)
    assert call.edges == [Onset(call.edges[0].sample)]


def test_one_dip_among_weak_windows_does_not_end_speech() -> None:
    call = Call()
    call.quiet(5)
    call.speak(5)
    for _ in range(10):
        call.hear(0.5, -30, 8)
        call.hear(0.3, -30)
    assert call.tracker.in_speech


def test_a_probability_that_lingers_after_the_voice_delays_neither_the_end_nor_its_place() -> None:
    prompt, lingering = Call(), Call()
    for call, trail in ((prompt, 0.01), (lingering, 0.9)):
        call.quiet(5)
        call.speak(20)
        call.hear(trail, -64, 2)
        call.quiet(10)
    assert abs(lingering.edges[1].sample - prompt.edges[1].sample) <= MS
    assert lingering.answered_at == prompt.answered_at


def test_speech_does_not_end_while_it_is_likely_however_soft_it_gets() -> None:
    call = Call()
    call.quiet(5)
    call.speak(20)
    call.hear(0.95, -52, 40)
    assert call.tracker.in_speech
    call.quiet(10)
    assert call.edges[-1].sample >= 65 * WINDOW - 128 * MS


def test_an_onset_that_the_detector_was_slow_to_notice_is_found_by_its_loudness() -> None:
    call = Call()
    call.quiet(10)
    for probability in (0.06, 0.3, 0.15, 0.2):
        call.hear(probability, -16)
    call.hear(0.9, -16, 3)
    assert abs(call.edges[0].sample - 10 * WINDOW) <= WINDOW // 2


def test_a_loud_noise_long_before_the_voice_is_no_part_of_it() -> None:
    call = Call()
    call.quiet(10)
    call.hear(0.1, -20, 50)
    call.speak(5)
    assert call.edges[0].sample >= (60 * WINDOW) - WINDOW // 2


@pytest.mark.parametrize("noise_dbfs", [-65, -58, -45])
def test_far_noise_of_middling_probability_does_not_start_speech(noise_dbfs: float) -> None:
    call = Call()
    call.hear(0.1, noise_dbfs, 60)
    call.hear(0.65, noise_dbfs + 2, 100)
    assert call.edges == []


def test_what_is_far_softer_than_the_caller_must_be_likely_to_start_speech() -> None:
    call = Call()
    call.quiet(30)
    call.hear(0.99, -12, 60)
    call.quiet(20)
    call.hear(0.65, -45, 100)
    assert len(call.edges) == 2
    call.hear(0.97, -45, 4)
    assert call.tracker.in_speech


@pytest.mark.parametrize("level_dbfs", [-35, -25, -15, -3])
@pytest.mark.parametrize("probability", [0.55, 0.99])
def test_speech_of_any_ordinary_loudness_starts(level_dbfs: float, probability: float) -> None:
    call = Call()
    call.quiet(30)
    call.hear(probability, level_dbfs, 2)
    assert call.tracker.in_speech


def test_a_call_that_opens_with_speech_starts_at_its_first_sample() -> None:
    call = Call()
    call.speak(3)
    assert call.edges == [Onset(0)]


def test_the_noise_floor_falls_at_once_and_rises_slowly() -> None:
    call = Call()
    call.hear(0.01, -40, 30)
    assert call.tracker.noise_dbfs == pytest.approx(-40)
    call.hear(0.01, -60, 10)
    assert call.tracker.noise_dbfs == pytest.approx(-60, abs=0.5)
    call.hear(0.01, -30, 31)
    assert call.tracker.noise_dbfs == pytest.approx(-55, abs=0.5)


def test_voiced_samples_are_counted_while_speech_goes_on() -> None:
    call = Call()
    call.quiet(5)
    assert call.tracker.speech_samples == 0
    call.speak(2)
    assert call.tracker.speech_samples == 2 * WINDOW
    call.quiet(1)
    call.speak(5)
    assert call.tracker.speech_samples == 7 * WINDOW
    call.quiet(6)
    assert call.tracker.speech_samples == 0


def test_windows_may_be_as_long_as_whole_sentences() -> None:
    call = Call()
    call.hear(0.0, -70, samples=RATE_HZ)
    call.hear(1.0, -20, samples=2 * RATE_HZ)
    call.hear(1.0, -28, samples=RATE_HZ)
    call.hear(0.0, -70, samples=RATE_HZ)
    onset, offset = call.edges
    assert abs(onset.sample - RATE_HZ) <= 16 * MS
    assert abs(offset.sample - 4 * RATE_HZ) <= 16 * MS


def test_windows_may_be_as_short_as_ten_milliseconds() -> None:
    call = Call()
    call.hear(0.01, -65, 30, samples=10 * MS)
    call.hear(0.98, -20, 6, samples=10 * MS)
    assert call.edges == []
    call.hear(0.98, -20, 30, samples=10 * MS)
    call.hear(0.01, -65, 20, samples=10 * MS)
    onset, offset = call.edges
    assert abs(onset.sample - 300 * MS) <= 5 * MS
    assert abs(offset.sample - 660 * MS) <= 5 * MS


def test_speech_that_goes_on_when_the_audio_ends_is_ended() -> None:
    call = Call()
    call.quiet(5)
    call.speak(10)
    assert call.tracker.finish() == (Offset(15 * WINDOW),)
    assert call.tracker.finish() == ()


def test_without_minima_every_window_counts() -> None:
    call = Call(VoiceActivity(min_speech_ms=0, min_silence_ms=0))
    call.quiet(3)
    call.speak()
    call.quiet()
    assert [type(edge) for edge in call.edges] == [Onset, Offset]
    assert call.answered_at == [4 * WINDOW, 5 * WINDOW]


windows = st.lists(
    st.tuples(
        st.sampled_from([1, 160, 320, 512, 1_000, 16_000]),
        st.floats(0, 1),
        st.floats(-120, 0),
    ),
    max_size=80,
)
settings_of_any_kind = st.builds(
    lambda start, share, speech, silence: VoiceActivity(start, start * share, speech, silence),
    st.floats(0, 1),
    st.floats(0, 1),
    st.integers(0, 300),
    st.integers(0, 500),
)


@given(settings_of_any_kind, windows)
def test_edges_alternate_in_the_order_of_the_audio_and_never_lie_ahead_of_it(
    settings: VoiceActivity, heard: list[tuple[int, float, float]]
) -> None:
    call = Call(settings)
    for samples, probability, level_dbfs in heard:
        call.hear(probability, level_dbfs, samples=samples)
        assert call.tracker.in_speech == (len(call.edges) % 2 == 1)
        assert (call.tracker.speech_samples > 0) <= call.tracker.in_speech
    call.edges += call.tracker.finish()
    call.answered_at += [call.now] * (len(call.edges) - len(call.answered_at))
    assert [type(edge) for edge in call.edges] == [Onset, Offset] * (len(call.edges) // 2)
    places = [edge.sample for edge in call.edges]
    assert places == sorted(places)
    assert all(0 <= place <= answered for place, answered in zip(places, call.answered_at, strict=True))
    assert not call.tracker.in_speech


@given(st.lists(st.tuples(st.floats(0, 0.34), st.floats(-120, 0)), max_size=100))
def test_what_is_never_likely_never_starts_speech(heard: list[tuple[float, float]]) -> None:
    call = Call()
    for probability, level_dbfs in heard:
        call.hear(probability, level_dbfs)
    assert call.edges == []


@pytest.mark.parametrize(
    "settings",
    [
        {"start_probability": 1.5},
        {"stop_probability": 0.9},
        {"min_speech_ms": -1},
        {"min_silence_ms": 5_000},
    ],
)
def test_settings_out_of_range_are_refused(settings: dict[str, float]) -> None:
    with pytest.raises(ConfigError, match=next(iter(settings))):
        VoiceActivity(**settings)


# --- suspicion ----------------------------------------------------------------------------------------


def test_a_voice_is_suspected_where_the_level_jumps_before_the_detector_is_sure() -> None:
    call = Call()
    call.quiet(20)
    assert not call.tracker.suspects
    call.hear(0.02, -40)
    assert call.tracker.suspects
    assert call.edges == []
    call.speak(2)
    assert not call.tracker.suspects, "it is known"
    assert len(call.edges) == 1


def test_a_voice_is_suspected_where_the_detector_is_sure_and_the_level_says_little() -> None:
    call = Call()
    call.hear(0.01, -30, 20)
    call.hear(0.99, -25)
    assert call.tracker.suspects


def test_what_falls_silent_again_was_none() -> None:
    call = Call()
    call.quiet(20)
    call.hear(0.02, -20)
    call.quiet()
    assert not call.tracker.suspects


def test_what_goes_on_without_becoming_speech_is_noise() -> None:
    call = Call()
    call.quiet(20)
    call.hear(0.02, -20, 5)
    assert call.tracker.suspects
    call.hear(0.02, -20)
    assert not call.tracker.suspects


def test_within_speech_nothing_is_suspected() -> None:
    call = Call()
    call.quiet(20)
    call.speak(10)
    assert not call.tracker.suspects

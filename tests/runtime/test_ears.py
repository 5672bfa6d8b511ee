from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from antiphon.audio import AudioFormat, AudioFrame, resample
from antiphon.core.events import InputEnded, SpeechStarted, SpeechStopped, VoiceDismissed, VoiceSuspected
from antiphon.core.voice_activity import VoiceActivity
from antiphon.runtime.ears import REMEMBERED_NS, Ears
from antiphon.simulation.loop import run

from .fakes import FORMAT, MS, FakeVAD, Reports, after, clock, silence, sound, virtually

SETTINGS = VoiceActivity(min_speech_ms=40, min_silence_ms=60)


class Head:
    """Ears, and what they pass on."""

    def __init__(self, vad: FakeVAD | None = None, stt_hz: int = FORMAT.rate_hz) -> None:
        self.vad = vad or FakeVAD(window=1)
        self.reports = Reports()
        self.passed_on: list[tuple[int, AudioFrame]] = []
        self.ears = Ears(
            self.vad,
            SETTINGS,
            AudioFormat(stt_hz),
            clock(),
            self.reports,
            lambda at_ns, frame: self.passed_on.append((at_ns, frame)),
        )

    async def hear(self, *frames: AudioFrame) -> None:
        """Frames as they come: each when its last sample was captured."""
        for frame in frames:
            await after(frame.duration_ns / MS)
            await self.ears.take(frame)

    @property
    def told(self) -> list[tuple[str, float]]:
        """Voice events with the moments they tell of."""
        moments = {SpeechStarted: "onset_ns", SpeechStopped: "offset_ns", InputEnded: "at_ns"}
        return [
            (type(event).__name__, getattr(event, moments[type(event)]) / MS)
            for _, event in self.reports.events
            if type(event) in moments
        ]

    @property
    def samples(self) -> list[int]:
        return [int(value) for _, frame in self.passed_on for value in frame.samples]


@virtually
async def test_where_frames_say_when_they_were_captured_so_is_how_long_the_voice_travelled() -> None:
    head = Head()
    for number in range(30):
        part = VOICE[number * 20 : number * 20 + 20]
        captured_ns = (number * 20 - 35) * MS if number != 3 else None
        await head.hear(AudioFrame(part, FORMAT.rate_hz, captured_ns=captured_ns))
    (stopped,) = head.reports.of(SpeechStopped)
    assert stopped == SpeechStopped(300 * MS, 300 * MS, travelled_ns=35 * MS)


@pytest.mark.parametrize("captured_ms", [None, 50])
@virtually
async def test_voice_that_nobody_knows_to_have_travelled_has_not(captured_ms: int | None) -> None:
    head = Head()
    for start in range(0, len(VOICE), 20):
        captured_ns = None if captured_ms is None else (start + captured_ms) * MS
        await head.hear(AudioFrame(VOICE[start : start + 20], FORMAT.rate_hz, captured_ns=captured_ns))
    assert head.reports.of(SpeechStopped)[0].travelled_ns == 0


VOICE = np.concatenate([np.zeros(100, np.int16), np.full(200, 9_000, np.int16), np.zeros(150, np.int16)])


@settings(deadline=None)
@given(st.lists(st.integers(1, 120), min_size=1, max_size=40))
def test_voice_is_told_at_the_moments_it_sounded_however_long_frames_are(lengths: list[int]) -> None:
    async def main() -> None:
        head = Head()
        bounds = [
            0,
            *itertools.takewhile(lambda end: end < len(VOICE), itertools.accumulate(lengths)),
            len(VOICE),
        ]
        await head.hear(
            *(AudioFrame(VOICE[start:stop], FORMAT.rate_hz) for start, stop in itertools.pairwise(bounds))
        )
        assert head.told == [("SpeechStarted", 100), ("SpeechStopped", 300)]
        assert head.reports.of(SpeechStopped)[0].stream_ns == 300 * MS
        assert head.samples == VOICE.tolist()

    run(main)


@virtually
async def test_the_first_sample_of_a_call_need_not_be_at_its_beginning() -> None:
    head = Head()
    await after(5_000)
    await head.hear(silence(100), sound(200), silence(100))
    assert head.told == [("SpeechStarted", 5_100), ("SpeechStopped", 5_300)]
    assert head.reports.of(SpeechStopped)[0].stream_ns == 300 * MS


@virtually
async def test_a_gap_between_frames_moves_what_follows_not_what_came_before() -> None:
    head = Head()
    await head.hear(silence(100), sound(50))
    await after(1_000)
    await head.hear(sound(150), silence(100))
    assert head.told == [("SpeechStarted", 100), ("SpeechStopped", 1_300)]
    assert head.reports.of(SpeechStopped)[0].stream_ns == 300 * MS


@virtually
async def test_where_frames_come_all_at_once_a_moment_is_no_later_than_any_of_them_says() -> None:
    head = Head()
    await after(400)
    for frame in (silence(100), sound(200), silence(100)):
        await head.ears.take(frame)
    assert head.told == [("SpeechStarted", 200), ("SpeechStopped", 300)]


@virtually
async def test_audio_is_passed_on_with_its_place_in_the_stream() -> None:
    head = Head()
    await head.hear(silence(20), sound(30), silence(50))
    assert [(at_ns / MS, len(frame.samples)) for at_ns, frame in head.passed_on] == [
        (0, 20),
        (20, 30),
        (50, 50),
    ]


@pytest.mark.parametrize(("from_hz", "to_hz"), [(48_000, 16_000), (8_000, 16_000), (44_100, 16_000)])
def test_the_recogniser_gets_its_own_rate_and_all_of_the_audio(from_hz: int, to_hz: int) -> None:
    @virtually
    async def main() -> None:
        head = Head(FakeVAD(to_hz, 160), to_hz)
        tone = (9_000 * np.sin(np.arange(from_hz) * 2 * np.pi * 300 / from_hz)).astype(np.int16)
        for part in np.array_split(tone, 37):
            await head.hear(AudioFrame(part, from_hz))
        head.ears.end()
        assert {frame.rate_hz for _, frame in head.passed_on} == {to_hz}
        heard = np.array(head.samples)
        assert len(heard) == to_hz
        assert np.abs(heard - resample(tone, from_hz, to_hz).astype(int))[200:-200].max() < 200
        places = [at_ns for at_ns, _ in head.passed_on]
        lengths = [len(frame.samples) for _, frame in head.passed_on]
        expected = [sum(lengths[:number]) * 1_000 * MS // to_hz for number in range(len(lengths))]
        assert places == expected

    main()


@virtually
async def test_detector_and_recogniser_may_want_different_rates() -> None:
    head = Head(FakeVAD(8_000, 80), 16_000)
    await head.hear(*[AudioFrame(np.zeros(160, np.int16), 16_000)] * 10)
    await head.hear(*[AudioFrame(np.full(160, 9_000, np.int16), 16_000)] * 10)
    ((kind, at_ms),) = head.told
    assert (kind, at_ms) == ("SpeechStarted", pytest.approx(100, abs=15))
    head.ears.end()
    assert len(head.samples) == 3_200


@virtually
async def test_the_rate_may_change_within_a_call() -> None:
    head = Head(FakeVAD(16_000, 160), 16_000)
    await head.hear(*[AudioFrame(np.zeros(480, np.int16), 48_000)] * 10)
    await head.hear(*[AudioFrame(np.full(160, 9_000, np.int16), 16_000)] * 10)
    assert head.told[0][0] == "SpeechStarted"
    assert head.told[0][1] == pytest.approx(100, abs=12)


@virtually
async def test_an_empty_frame_is_no_matter() -> None:
    head = Head()
    await head.hear(silence(0), sound(100), silence(0), silence(100))
    assert head.told == [("SpeechStarted", 0), ("SpeechStopped", 100)]
    assert len(head.passed_on) == 2


@virtually
async def test_at_the_end_a_voice_has_ended() -> None:
    head = Head()
    await head.hear(silence(100), sound(100))
    head.ears.end()
    assert head.told == [("SpeechStarted", 100), ("SpeechStopped", 200), ("InputEnded", 200)]
    assert head.reports.of(InputEnded) == [InputEnded(200 * MS, 200 * MS)]


@virtually
async def test_a_voice_that_has_just_ceased_ended_there_and_not_with_the_call() -> None:
    head = Head()
    await head.hear(silence(100), sound(100), silence(30))
    head.ears.end()
    assert head.told[1:] == [("SpeechStopped", 200), ("InputEnded", 230)]


@virtually
async def test_a_call_without_any_audio_ends_when_it_ends() -> None:
    head = Head()
    await after(70)
    head.ears.end()
    assert head.reports.of(InputEnded) == [InputEnded(70 * MS, 0)]


@virtually
async def test_the_past_is_not_remembered_for_ever() -> None:
    head = Head(FakeVAD(window=1_000))
    for _ in range(100):
        await head.hear(silence(1_000))
    assert len(head.ears._arrivals) == REMEMBERED_NS // (1_000 * MS) + 1


@virtually
async def test_closing_lets_go_of_the_detector() -> None:
    head = Head()
    assert head.vad.streams.open == 1
    head.ears.close()
    assert head.vad.streams.open == 0


@virtually
async def test_a_sound_is_suspected_to_be_a_voice_before_it_is_known_to_be_one() -> None:
    head = Head()
    await head.hear(silence(200), *([sound(20)] * 6), silence(200))
    kinds = [type(event) for _, event in head.reports.events]
    assert kinds == [VoiceSuspected, SpeechStarted, SpeechStopped]
    (suspected_ns, _), (known_ns, _), _ = head.reports.events
    assert known_ns - suspected_ns == 20, "milliseconds"


@virtually
async def test_a_sound_that_ends_before_it_is_one_is_dismissed() -> None:
    head = Head()
    await head.hear(silence(200), sound(20), silence(200))
    assert [type(event) for _, event in head.reports.events] == [VoiceSuspected, VoiceDismissed]


@virtually
async def test_what_was_heard_last_is_remembered_where_somebody_asks_for_it() -> None:
    head = Head()
    head.ears.remember(100 * MS)
    await head.hear(silence(200), sound(60), silence(20))
    heard = head.ears.recent()
    assert heard.rate_hz == FORMAT.rate_hz
    assert heard.samples.tolist() == [*silence(20).samples, *sound(60).samples, *silence(20).samples]

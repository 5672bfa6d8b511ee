"""What every voice activity detector must do."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

import numpy as np

from antiphon.audio import AudioFrame, Samples
from antiphon.providers.base import VAD, VADStream, VoiceWindow
from antiphon.testing.contracts.common import run

QUIET = 0.3  # voice is less likely than this in silence
LONGEST_WINDOW_S = 0.1


@dataclass(frozen=True, slots=True)
class VADSubject:
    """A detector under test.

    Attributes:
        vad: The detector.
        speech: Audio in its format in which somebody speaks, without a pause.
    """

    vad: VAD
    speech: Samples


class VADContract(ABC):
    """Subclass it with a name that begins with ``Test``, and give a subject."""

    @abstractmethod
    def subject(self) -> AbstractAsyncContextManager[VADSubject]:
        """A detector that works; entered on the loop it is used on."""

    def test_windows_follow_one_another(self) -> None:
        """Without gap or overlap, none longer than a tenth of a second, none left out."""

        async def scenario(subject: VADSubject) -> None:
            windows = await _windows(subject.vad, subject.speech, 320)
            rate_hz = subject.vad.format.rate_hz
            end = 0
            for window in windows:
                assert window.end_sample - window.samples == end, f"{window} does not follow sample {end}"
                assert 0 < window.samples <= LONGEST_WINDOW_S * rate_hz, f"too long: {window}"
                end = window.end_sample
            assert len(subject.speech) - end < LONGEST_WINDOW_S * rate_hz, f"the last window ends at {end}"

        self._run(scenario)

    def test_voice_is_told_from_silence(self) -> None:
        """By probability and by level."""

        async def scenario(subject: VADSubject) -> None:
            silence = np.zeros(2 * subject.vad.format.rate_hz, np.int16)
            quiet = await _windows(subject.vad, silence, 320)
            voiced = await _windows(subject.vad, subject.speech, 320)
            assert max(window.probability for window in quiet) < QUIET, "voice in silence"
            assert max(window.probability for window in voiced) > 0.5, "no voice in speech"
            assert all(0 <= window.probability <= 1 for window in quiet + voiced), "no probability"
            loudest = max(window.level_dbfs for window in voiced)
            assert all(window.level_dbfs < loudest <= 0 for window in quiet), "silence as loud as speech"

        self._run(scenario)

    def test_audio_may_come_in_frames_of_any_length(self) -> None:
        """The windows are the same, whatever the frames."""

        async def scenario(subject: VADSubject) -> None:
            expected = await _windows(subject.vad, subject.speech, 320)
            for length in (1_003, 77, len(subject.speech)):
                windows = await _windows(subject.vad, subject.speech, length)
                ends = [window.end_sample for window in windows]
                assert ends == [window.end_sample for window in expected], (
                    f"frames of {length} change windows"
                )
                pairs = zip(windows, expected, strict=True)
                worst = max(abs(one.probability - other.probability) for one, other in pairs)
                assert worst < 0.01, f"frames of {length} change the probability by {worst:.3f}"

        self._run(scenario)

    def test_an_empty_frame_is_no_error(self) -> None:
        """It completes no window."""

        async def scenario(subject: VADSubject) -> None:
            stream = subject.vad.open()
            empty = AudioFrame(np.empty(0, np.int16), subject.vad.format.rate_hz)
            assert not list(await stream.push(empty)), "windows for no audio"
            stream.close()

        self._run(scenario)

    def test_streams_do_not_disturb_each_other(self) -> None:
        """Calls at once, one in silence, see what they would see alone."""

        async def scenario(subject: VADSubject) -> None:
            silence = np.zeros(len(subject.speech), np.int16)
            alone = await _windows(subject.vad, subject.speech, 320)
            together, quiet = await asyncio.gather(
                _windows(subject.vad, subject.speech, 320), _windows(subject.vad, silence, 320)
            )
            changed = [window for window in together if window not in alone]
            assert len(together) == len(alone), f"{len(together)} windows where {len(alone)} came alone"
            assert len(changed) < len(alone) // 100 + 1, f"another call changes {changed[:3]}"
            assert max(window.probability for window in quiet) < QUIET, "another call's voice in silence"

        self._run(scenario)

    def test_a_stream_may_be_closed_twice(self) -> None:
        """As whoever tidies up can't always know."""

        async def scenario(subject: VADSubject) -> None:
            stream = subject.vad.open()
            await _push(stream, subject.vad, subject.speech, 320)
            stream.close()
            stream.close()

        self._run(scenario)

    def _run(self, scenario: Callable[[VADSubject], Awaitable[None]]) -> None:
        async def entered() -> None:
            async with self.subject() as subject:
                try:
                    await scenario(subject)
                finally:
                    await subject.vad.aclose()

        run(entered)


async def _windows(vad: VAD, samples: Samples, length: int) -> list[VoiceWindow]:
    stream = vad.open()
    windows = await _push(stream, vad, samples, length)
    stream.close()
    return list(windows)


async def _push(stream: VADStream, vad: VAD, samples: Samples, length: int) -> Sequence[VoiceWindow]:
    windows: list[VoiceWindow] = []
    for at in range(0, len(samples), length):
        windows += await stream.push(AudioFrame(samples[at : at + length], vad.format.rate_hz))
    return windows

"""A detector that keeps the contract passes; each way of breaking it is found."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import numpy as np
import pytest

from antiphon.audio import AudioFormat, AudioFrame, Samples
from antiphon.providers.base import VoiceWindow
from antiphon.testing.contracts import VADContract, VADSubject

FORMAT = AudioFormat(16_000)
WINDOW = 512


class Stream:
    def __init__(self, detector: Detector) -> None:
        self._detector = detector
        self._held: Samples = np.empty(0, np.int16)
        self._end = 0
        self._closed = False

    async def push(self, frame: AudioFrame) -> Sequence[VoiceWindow]:
        breach = self._detector.breach
        if breach == "fears empty frames" and not len(frame.samples):
            raise ValueError("empty")
        held = self._detector.shared if breach == "shared state" else self._held
        held = np.concatenate((held, frame.samples))
        windows = []
        while len(held) >= WINDOW:
            window, held = held[:WINDOW], held[WINDOW:]
            self._end += WINDOW
            level = float(np.abs(window.astype(np.int32)).mean())
            probability = 0.9 if level > 100 else 0.02
            if breach == "always voice":
                probability = 0.9
            if breach == "gaps" and self._end % 5 == 0:
                continue
            dbfs = -90.0 if level < 1 or breach == "no level" else float(20 * np.log10(level / 32_768))
            windows.append(VoiceWindow(self._end, WINDOW, probability, dbfs))
        if breach == "frame bound":
            held = held[:0]
        if breach == "shared state":
            self._detector.shared = held
        else:
            self._held = held
        return windows

    def close(self) -> None:
        if self._closed and self._detector.breach == "closes once":
            raise ValueError("closed already")
        self._closed = True


class Detector:
    name = "scripted"
    format = FORMAT

    def __init__(self, breach: str) -> None:
        self.breach = breach
        self.shared: Samples = np.empty(0, np.int16)

    def open(self) -> Stream:
        return Stream(self)

    async def aclose(self) -> None:
        pass


SPEECH = (8_000 * np.sin(np.arange(32_000) / 10)).astype(np.int16)


class TestAGoodDetector(VADContract):
    breach = ""

    @asynccontextmanager
    async def subject(self) -> AsyncIterator[VADSubject]:
        yield VADSubject(Detector(self.breach), SPEECH)


@pytest.mark.parametrize(
    ("breach", "test", "complaint"),
    [
        ("gaps", "test_windows_follow_one_another", "does not follow"),
        ("frame bound", "test_windows_follow_one_another", "the last window ends at 0"),
        ("always voice", "test_voice_is_told_from_silence", "voice in silence"),
        ("no level", "test_voice_is_told_from_silence", "silence as loud as speech"),
        ("frame bound", "test_audio_may_come_in_frames_of_any_length", "change"),
        ("fears empty frames", "test_an_empty_frame_is_no_error", "empty"),
        ("shared state", "test_streams_do_not_disturb_each_other", "windows where"),
        ("closes once", "test_a_stream_may_be_closed_twice", "closed already"),
    ],
)
def test_a_breach_is_found(breach: str, test: str, complaint: str) -> None:
    contract = TestAGoodDetector()
    contract.breach = breach
    with pytest.raises((AssertionError, ValueError), match=complaint):
        getattr(contract, test)()

"""From how likely each stretch of audio is voiced to where the caller began and ceased to speak.

A detector says late that a voice has set in and later that it has ceased: its probability needs a window
or two to rise and up to four to fall. Its windows also say how loud they are, and a voice begins and ends
where the level crosses a line between the call's noise and the caller's loudness. So probability decides
*whether* there is speech, and the level *where* it begins and ends, within what probability allows.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from antiphon.core.checks import check_range
from antiphon.core.loudness import Loudness

# A probability on its way down no longer says where the voice is.
_EDGE_PROBABILITY = 0.75
_MAX_TRIM_MS = 128  # how long the probability may linger after the level has said that the voice ceased
_MAX_LEAD_MS = 224  # how much sooner than the probability the level may say that it set in
_LEAD_PROBABILITY = 0.05
_LEAD_ABOVE_NOISE_DB = 20.0
_FINEST_MS = 32  # the longest window within which a crossing is looked for
# A voice is suspected where the level jumps, a window or two before the detector is sure. What goes on being
# loud without becoming speech is noise.
_SUSPECT_ABOVE_NOISE_DB = 12.0
_SUSPECT_AT_MOST_MS = 160


@dataclass(frozen=True, slots=True)
class VoiceActivity:
    """When sound counts as the caller's voice.

    Attributes:
        start_probability: A window at or above this may begin speech.
        stop_probability: A window below this may end it.
        min_speech_ms: Voiced sound before speech counts as begun; its onset is backdated.
        min_silence_ms: Unvoiced sound before speech counts as paused; its end is backdated.
    """

    start_probability: float = 0.5
    stop_probability: float = 0.35
    min_speech_ms: int = 64
    min_silence_ms: int = 96

    def __post_init__(self) -> None:
        check_range("voice_activity.start_probability", self.start_probability, 0, 1)
        check_range("voice_activity.stop_probability", self.stop_probability, 0, self.start_probability)
        check_range("voice_activity.min_speech_ms", self.min_speech_ms, 0, 1_000)
        check_range("voice_activity.min_silence_ms", self.min_silence_ms, 0, 2_000)


class Window(Protocol):
    """What a voice activity detector says of a stretch of audio, of any length."""

    @property
    def end_sample(self) -> int:
        """Where it ends, counted from the stream's first sample."""
        ...

    @property
    def samples(self) -> int:
        """Its length."""
        ...

    @property
    def probability(self) -> float:
        """How likely it is voiced."""
        ...

    @property
    def level_dbfs(self) -> float:
        """RMS of the stretch."""
        ...


@dataclass(frozen=True, slots=True)
class Onset:
    """The caller began to speak."""

    sample: int  # first voiced sample, counted from the stream's first


@dataclass(frozen=True, slots=True)
class Offset:
    """The caller fell silent."""

    sample: int  # the sample after the last voiced one


SpeechEdge: TypeAlias = Onset | Offset


class SpeechTracker:
    """One call's voice activity: windows in, edges of speech out.

    It listens for speech, or follows it::

        listening --[min_speech of likely windows, each clear of the noise or sure]--> following
        following --[min_silence since the voice's end, half of it unlikely]--> listening
    """

    def __init__(self, settings: VoiceActivity, rate_hz: int) -> None:
        """Make a tracker for audio at ``rate_hz``."""
        self._settings = settings
        self._min_speech = settings.min_speech_ms * rate_hz // 1_000
        self._min_silence = settings.min_silence_ms * rate_hz // 1_000
        self._max_trim = _MAX_TRIM_MS * rate_hz // 1_000
        self._max_lead = _MAX_LEAD_MS * rate_hz // 1_000
        self._finest = _FINEST_MS * rate_hz // 1_000
        self._loudness = Loudness(rate_hz)
        self._last: Window | None = None
        self._last_offset = 0
        self._lead: _Crossing | None = None  # where the loud stretch before a candidate began
        self._candidate: _Candidate | None = None
        self._suspicious = 0  # samples of what may turn out to be speech
        self._max_suspicious = _SUSPECT_AT_MOST_MS * rate_hz // 1_000
        self._speech: _Speech | None = None

    @property
    def in_speech(self) -> bool:
        """Whether the caller is speaking, short pauses included."""
        return self._speech is not None

    @property
    def suspects(self) -> bool:
        """Whether something has just set in that may turn out to be the caller's voice."""
        return 0 < self._suspicious <= self._max_suspicious

    @property
    def speech_samples(self) -> int:
        """Voiced samples so far of the current stretch of speech; 0 when there is none."""
        return self._speech.voiced if self._speech else 0

    @property
    def noise_dbfs(self) -> float:
        """The call's noise floor, as known so far."""
        return self._loudness.noise_dbfs

    def push(self, window: Window) -> tuple[SpeechEdge, ...]:
        """Take the next window; answer what it completes.

        Windows follow one another without a gap and may have any length.
        """
        assert window.samples > 0, "a window has samples"
        assert 0 <= window.probability <= 1, "a window's probability is one"
        edges = self._follow(self._speech, window) if self._speech else self._listen(window)
        self._last = window
        return edges

    def finish(self) -> tuple[SpeechEdge, ...]:
        """No more audio comes: speech that was going on ends where the voice was last heard."""
        if self._speech is None:
            return ()
        return self._stop(self._speech)

    def _listen(self, window: Window) -> tuple[SpeechEdge, ...]:
        likely = window.probability >= self._loudness.required(
            window.level_dbfs, self._settings.start_probability
        )
        if likely:
            self._candidate = self._candidate or _Candidate(self._beginning(window))
            self._candidate.add(window)
            if self._candidate.voiced >= self._min_speech:
                return self._start(self._candidate, window)
        elif self._candidate and (
            window.probability < self._settings.stop_probability
            or window.end_sample - self._candidate.last_end > self._min_silence
        ):
            self._candidate = None
        loud = window.level_dbfs >= self._loudness.noise_dbfs + _SUSPECT_ABOVE_NOISE_DB
        self._suspicious = self._suspicious + window.samples if loud or self._candidate else 0
        if self._candidate is None:
            if window.probability < self._settings.stop_probability:
                self._loudness.hear_noise(window.level_dbfs, window.samples)
            self._lead = self._leading(window)
        return ()

    def _leading(self, window: Window) -> _Crossing | None:
        """The beginning of a stretch as loud as speech, which the detector may yet come to call speech."""
        loud = window.level_dbfs >= self._loudness.noise_dbfs + _LEAD_ABOVE_NOISE_DB
        if not loud or window.probability < _LEAD_PROBABILITY:
            return None
        return self._lead or self._crossing_before(window)

    def _beginning(self, window: Window) -> _Crossing:
        begins = self._crossing_before(window)
        if self._lead and begins.boundary - self._lead.boundary <= self._max_lead:
            return self._lead
        return begins

    def _crossing_before(self, window: Window) -> _Crossing:
        start = window.end_sample - window.samples
        if self._last is None:
            return _Crossing(start, window.level_dbfs, window.level_dbfs, 0)
        width = min(self._last.samples, window.samples, self._finest)
        return _Crossing(start, self._last.level_dbfs, window.level_dbfs, width)

    def _start(self, candidate: _Candidate, window: Window) -> tuple[SpeechEdge, ...]:
        self._loudness.hear_voice(candidate.peak_dbfs, candidate.voiced)
        onset = max(self._last_offset, candidate.begins.place(self._loudness.edge_dbfs))
        self._speech = _Speech(onset, candidate.voiced, candidate.last_end)
        self._note_loud(self._speech, window)
        self._candidate = self._lead = None
        self._suspicious = 0
        return (Onset(onset),)

    def _follow(self, speech: _Speech, window: Window) -> tuple[SpeechEdge, ...]:
        if speech.last_loud and speech.falls is None:
            width = min(speech.last_loud.samples, window.samples, self._finest)
            speech.falls = _Crossing(
                speech.last_loud.end_sample, speech.last_loud.level_dbfs, window.level_dbfs, width
            )
        if window.probability < self._settings.stop_probability:
            silent = window.end_sample - self._end_of(speech) >= self._min_silence
            # One unlikely window among weak ones is no pause, wherever the last clear one was.
            unlikely = window.end_sample - speech.likely_end >= self._min_silence // 2
            return self._stop(speech) if silent and unlikely else ()
        speech.voiced += window.samples
        speech.likely_end = window.end_sample
        if window.probability >= self._settings.start_probability:
            self._loudness.hear_voice(window.level_dbfs, window.samples)
        self._note_loud(speech, window)
        return ()

    def _note_loud(self, speech: _Speech, window: Window) -> None:
        if window.probability >= _EDGE_PROBABILITY and window.level_dbfs >= self._loudness.edge_dbfs:
            speech.last_loud, speech.falls = window, None

    def _end_of(self, speech: _Speech) -> int:
        if speech.last_loud is None:
            return speech.likely_end
        if speech.falls is None:
            return speech.last_loud.end_sample
        by_level = speech.falls.place(self._loudness.edge_dbfs)
        return max(by_level, speech.likely_end - self._max_trim, speech.onset)

    def _stop(self, speech: _Speech) -> tuple[SpeechEdge, ...]:
        self._speech = None
        self._last_offset = self._end_of(speech)
        return (Offset(self._last_offset),)


@dataclass(frozen=True, slots=True)
class _Crossing:
    """A boundary between two windows near which the level crosses a line."""

    boundary: int
    before_dbfs: float
    after_dbfs: float
    width: int  # between the middles of the two windows

    def place(self, line_dbfs: float) -> int:
        """Where it crosses, if the level changes evenly from middle to middle; else the boundary."""
        low, high = sorted((self.before_dbfs, self.after_dbfs))
        if not low < line_dbfs <= high:
            return self.boundary
        share = (line_dbfs - self.before_dbfs) / (self.after_dbfs - self.before_dbfs)
        return self.boundary + round((share - 0.5) * self.width)


@dataclass(slots=True)
class _Candidate:
    """Sound that may turn out to be speech."""

    begins: _Crossing
    voiced: int = 0
    last_end: int = 0
    peak_dbfs: float = -math.inf

    def add(self, window: Window) -> None:
        self.voiced += window.samples
        self.last_end = window.end_sample
        self.peak_dbfs = max(self.peak_dbfs, window.level_dbfs)


@dataclass(slots=True)
class _Speech:
    """A stretch of speech that is going on."""

    onset: int
    voiced: int
    likely_end: int  # of the last window that the detector called voiced
    last_loud: Window | None = None  # ... and that was above the line
    falls: _Crossing | None = None  # where it fell below

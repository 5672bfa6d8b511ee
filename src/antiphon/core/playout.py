"""What was actually heard: from samples played to the words of the reply."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from antiphon.audio import AudioFormat
from antiphon.core.events import Word
from antiphon.core.speech import Speech

# Speech of ordinary voices, for text whose audio has not all arrived and that has no word times.
NS_PER_CHARACTER = 60_000_000
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class TimedWord:
    """A word as it is written, or several that are read as one, and the samples that speak it."""

    text: str
    start_sample: int
    end_sample: int


@dataclass(slots=True)
class _Segment:
    speech: Speech
    start_sample: int | None = None
    samples: int = 0
    words: list[Word] = field(default_factory=list)
    timed: list[TimedWord] = field(default_factory=list)  # for what was known then
    timed_for: object = None

    @property
    def text(self) -> str:
        return self.speech.written


class SpokenText:
    """The text of a reply against the audio that speaks it."""

    def __init__(self, format: AudioFormat) -> None:  # noqa: A002 - the field's word
        self._format = format
        self._segments: list[_Segment] = []
        self._samples = 0
        self._complete = False

    @property
    def text(self) -> str:
        """All that was given to be spoken so far, as it is written."""
        return "".join(segment.text for segment in self._segments)

    @property
    def samples(self) -> int:
        """Audio received so far."""
        return self._samples

    def add_text(self, text: str | Speech) -> None:
        """A segment was handed to the voice; a bare text is spoken as it is written."""
        self._segments.append(_Segment(Speech.plain(text) if isinstance(text, str) else text))

    def add_silent(self, text: str) -> None:
        """Written text followed for which nothing is said: it goes with what was said last."""
        if self._segments:
            last = self._segments[-1]
            last.speech = last.speech.followed_by(text)

    def add_audio(self, samples: int, segment: int, words: Sequence[Word]) -> None:
        """Audio of a segment arrived: ``samples`` more, in which ``words`` begin."""
        spoken = self._segments[min(segment, len(self._segments) - 1)]
        if spoken.start_sample is None:
            spoken.start_sample = self._samples
        spoken.samples += samples
        spoken.words.extend(words)
        self._samples += samples

    def first(self) -> tuple[Speech, int, tuple[Word, ...]]:
        """The first segment: what it says, how many samples of it have arrived, the words in them."""
        segment = self._segments[0]
        return segment.speech, segment.samples, tuple(segment.words)

    @property
    def segments(self) -> int:
        """How many segments were handed to the voice so far."""
        return len(self._segments)

    def is_followed(self, index: int) -> bool:
        """Whether the audio of a segment after this one has begun to arrive."""
        return any(later.start_sample is not None for later in self._segments[index + 1 :])

    def timed(self, index: int) -> list[TimedWord]:
        """The written words of a segment whose times are known, or can be estimated, so far.

        A voice's own word times are believed; where it counts words differently ("7:30"), the share is kept.
        Without any, time is shared by the characters.
        """
        segment = self._segments[index]
        if segment.start_sample is None:
            return []
        arrived = self._has_arrived(index)
        known = (segment.speech, len(segment.words) or self._expected(segment, arrived), arrived)
        if segment.timed_for != known:
            segment.timed, segment.timed_for = self._timed(segment, arrived), known
        return segment.timed

    def _timed(self, segment: _Segment, arrived: bool) -> list[TimedWord]:
        assert segment.start_sample is not None
        speech = segment.speech
        spans = list(_WORD.finditer(speech.spoken))
        places = self._places_told(segment, spans, arrived) if segment.words else []
        if not segment.words:
            expected = max(1, self._expected(segment, arrived))
            per_character = expected / max(1, len(speech.spoken))
            begin = segment.start_sample
            places = [
                (begin + int(span.start() * per_character), begin + int(span.end() * per_character))
                for span in spans
            ]
        starts, ends = [span.start() for span in spans], [span.end() for span in spans[: len(places)]]
        timed = []
        for link in speech.words:
            first = bisect_right(ends, link.spoken_start)
            after = min(bisect_left(starts, link.spoken_end), len(places))
            if first < after and ends[-1] >= link.spoken_end:
                written = speech.written[link.start : link.end]
                timed.append(TimedWord(written, places[first][0], places[after - 1][1]))
        return timed

    def _places_told(
        self, segment: _Segment, spans: Sequence[re.Match[str]], arrived: bool
    ) -> list[tuple[int, int]]:
        """Of each spoken word whose times the voice has told, where it begins and ends."""
        told = [
            (self._format.ns_to_samples(word.start_ns), self._format.ns_to_samples(word.end_ns))
            for word in segment.words
        ]
        if not arrived or len(told) == len(spans):
            return told[: len(spans)]
        share = len(told) / len(spans)
        return [
            (
                told[int(at * share)][0],
                told[max(int(at * share), min(len(told), int((at + 1) * share)) - 1)][1],
            )
            for at in range(len(spans))
        ]

    def _has_arrived(self, index: int) -> bool:
        """Whether all audio of a segment has arrived."""
        return self._complete or self.is_followed(index)

    def _expected(self, segment: _Segment, arrived: bool) -> int:
        """How long a segment's audio is, estimated while it is still coming."""
        if arrived:
            return segment.samples
        estimate_ns = len(segment.speech.spoken.strip()) * NS_PER_CHARACTER
        return max(segment.samples, self._format.ns_to_samples(estimate_ns))

    def complete(self) -> None:
        """All audio has arrived."""
        self._complete = True

    def heard(self, samples: int) -> str:
        """The words that the first ``samples`` samples speak: those begun and at least half said."""
        if self._complete and samples >= self._samples:
            return self.text.strip()
        parts = []
        for index, segment in enumerate(self._segments):
            all_arrived = self._has_arrived(index)
            if segment.start_sample is None and all_arrived:  # nothing of it makes a sound
                parts.append(segment.text)
                continue
            if segment.start_sample is None or segment.start_sample >= samples:
                break
            if all_arrived and samples >= segment.start_sample + segment.samples:
                parts.append(segment.text)
            else:
                parts.append(self._heard_part(segment, samples, all_arrived))
        return "".join(parts).strip()

    def _heard_part(self, segment: _Segment, samples: int, all_arrived: bool) -> str:
        assert segment.start_sample is not None
        speech = segment.speech
        spans = list(_WORD.finditer(speech.spoken))
        if segment.words:
            played_ns = self._format.samples_to_ns(samples)
            count = sum((word.start_ns + word.end_ns) // 2 <= played_ns for word in segment.words)
            # The voice may count words differently ("7:30"): keep the share.
            count = round(count * len(spans) / len(segment.words)) if all_arrived else min(count, len(spans))
            return speech.written[: speech.written_up_to(spans[count - 1].end())] if count else ""
        expected = max(1, self._expected(segment, all_arrived))
        reached = (samples - segment.start_sample) / expected * len(speech.spoken)
        heard = [span for span in spans if (span.start() + span.end()) / 2 <= reached]
        return speech.written[: speech.written_up_to(heard[-1].end())] if heard else ""

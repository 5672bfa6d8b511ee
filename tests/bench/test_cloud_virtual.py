"""The cloud benchmark's calls in virtual time: exact, repeatable, and quicker with drafts."""

from __future__ import annotations

from statistics import median

from antiphon.bench.cloud import VARIANTS
from antiphon.bench.cloud_script import LINES
from antiphon.bench.cloud_virtual import virtual_delays_ns
from antiphon.bench.speech import Speech

from .test_cloud_script import speech

MS = 1_000_000
CALLS = [
    [speech(line.text, 300 * len(line.text.split())) for line in LINES[first : first + 4]] for first in (0, 4)
]
DELAYS = {variant.name: virtual_delays_ns(CALLS, variant) for variant in VARIANTS}


def test_each_turn_is_answered() -> None:
    assert all(len(delays) == 8 for delays in DELAYS.values())


def test_the_same_calls_take_the_same_time_again() -> None:
    assert virtual_delays_ns(CALLS, VARIANTS[-1]) == DELAYS["drafts"]


def test_streaming_is_quicker_than_batch_and_drafting_quicker_still() -> None:
    typical = {name: median(delays) / MS for name, delays in DELAYS.items()}
    assert typical["batch"] > typical["streaming"] + 500
    assert typical["streaming"] > typical["drafts"] + 300


def test_streaming_takes_what_its_parts_take() -> None:
    # 600 ms of silence, 400 to the first token, three tokens at 60 a second, 150 to the first audio.
    assert abs(median(DELAYS["streaming"]) / MS - 1_200) < 60


def test_a_word_that_is_said_once_is_one_utterance() -> None:
    alone = Speech("yes", *(getattr(speech("yes", 400), name) for name in ("samples", "words")))
    assert len(virtual_delays_ns([[alone]], VARIANTS[-1])) == 1

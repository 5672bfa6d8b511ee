"""A detector that knows."""

import numpy as np

from antiphon.audio import AudioFrame
from antiphon.core.voice_activity import Offset, Onset, SpeechTracker, VoiceActivity
from antiphon.simulation.scripted_vad import ScriptedVAD
from antiphon.simulation.signal import caller_samples


async def test_windows_are_the_stretches_of_the_sound() -> None:
    stream = ScriptedVAD().open()
    samples = np.concatenate([caller_samples(0, 40, voiced=False), caller_samples(40, 100, voiced=True)])
    first, second = await stream.push(AudioFrame(samples, 1_000))
    assert (first.end_sample, first.samples, first.probability) == (40, 40, 0.0)
    assert (second.end_sample, second.samples, second.probability) == (100, 60, 1.0)
    stream.close()


async def test_a_tracker_finds_the_edges_exactly_where_they_are() -> None:
    vad, tracker = ScriptedVAD(), SpeechTracker(VoiceActivity(), 1_000)
    stream, edges = vad.open(), []
    for start, stop, voiced in ((0, 500, False), (500, 580, True), (580, 900, True), (900, 1_028, False)):
        for window in await stream.push(AudioFrame(caller_samples(start, stop, voiced=voiced), 1_000)):
            edges += tracker.push(window)
    await vad.aclose()
    assert edges == [Onset(500), Offset(900)]

"""The client's parts by themselves: the same code that pages run, fed by hand."""

from __future__ import annotations

import math
import random

import pytest

from antiphon.core.delay import DelayEstimator

from .conftest import Browse

pytestmark = pytest.mark.embedded

PLAY = """async ({ frames, hiccup, flushAt, lead }) => {
  globalThis.sampleRate = 48000;
  const { Player } = await import("/antiphon-worklet.js");
  const reports = [];
  const player = new Player(24000, (report) => reports.push(report));
  Object.assign(player, { lead, startDelay: 0 });
  const out = [];
  const tone = (first) => Float32Array.from({ length: 480 }, (_, i) => 0.5 * Math.sin(2 * Math.PI * 200 * (first * 480 + i) / 24000));
  let sent = 0;
  let most = 0;
  for (let quantum = 0; quantum * 128 < 48000 * (frames * 0.02 + 1); quantum++) {
    const now = (quantum * 128) / 48000;
    // The server sends each frame `lead` ahead; the network holds all that fall into the hiccup until its end.
    while (sent < frames && Math.max(0, sent * 0.02 - lead) <= now && !(now >= hiccup[0] && now < hiccup[1])) {
      player.push({ samples: tone(sent), frame: sent, begins: sent === 0, audible: sent === 0 ? 10 : null, flush: false, received: 0 });
      sent += 1;
    }
    if (flushAt && now >= flushAt && sent < 1e9) {
      player.push({ samples: new Float32Array(480), frame: sent, begins: false, audible: null, flush: true, received: 0 });
      sent = 1e9;
    }
    const block = new Float32Array(128);
    player.render(block, now);
    out.push(...block);
    most = Math.max(most, player.late / 48);
  }
  let step = 0;
  for (let i = 1; i < out.length; i++) step = Math.max(step, Math.abs(out[i] - out[i - 1]));
  const last = out.findLastIndex((value) => Math.abs(value) > 1e-3) / 48000;
  return { step, last, most, counts: player.counts, reports, held: player.held, sounding: out.filter((v) => v !== 0).length / 48000 };
}"""
TONE_STEP = (
    0.5 * 2 * 3.15 * 200 / 48_000
)  # the steepest a tone of 200 Hz at half scale gets from sample to sample


EVERYTHING = """async ({ frames, beginsAt }) => {
  globalThis.sampleRate = 48000;
  const { Player } = await import("/antiphon-worklet.js");
  const heard = [];
  const player = new Player(24000, (report) => report.kind === "heard" && heard.push(report.frame));
  player.lead = frames * 0.02; // nothing is late
  for (let frame = 0; frame < frames; frame++) {
    const begins = frame === beginsAt;
    player.push({ samples: new Float32Array(480).fill(0.5), frame, begins, audible: begins ? 0 : null, flush: false, received: 0 });
  }
  let loud = 0;
  const block = new Float32Array(128);
  for (let quantum = 0; quantum * 128 < 48000 * (frames * 0.02 + 1); quantum++) {
    player.render(block, (quantum * 128) / 48000);
    loud += block.filter((value) => value > 0.4).length;
  }
  return { loud, heard, dropped: player.counts.dropped };
}"""


def test_a_reply_is_heard_to_its_last_sample(browse: Browse) -> None:
    with browse() as page:
        told = page.evaluate(EVERYTHING, {"frames": 5, "beginsAt": 0})
    assert told["heard"] == [0]
    assert told["loud"] == pytest.approx(5 * 960, abs=4)


def test_what_begins_while_too_much_is_held_is_told_all_the_same(browse: Browse) -> None:
    with browse() as page:
        told = page.evaluate(EVERYTHING, {"frames": 1_600, "beginsAt": 1_590})
    assert told["dropped"] > 0
    assert told["heard"] == [1_590]


def test_the_delay_is_found_by_the_server_s_own_rule(browse: Browse) -> None:
    chance = random.Random(7)
    delays = [chance.choice([3.0, 5.0, 40.0]) + chance.expovariate(0.2) for _ in range(1_500)]
    ours = DelayEstimator()
    expected = []
    for delay_ms in delays:
        ours.observe(delay_ms)
        expected.append(ours.target_ms)
    with browse() as page:
        found = page.evaluate(
            """async (delays) => {
              const { DelayEstimator } = await import("/antiphon-client.js");
              const estimator = new DelayEstimator();
              return delays.map((delay) => { estimator.observe(delay); return estimator.targetMs; });
            }""",
            delays,
        )
    assert found == expected


def played(browse: Browse, **settings: object) -> dict[str, object]:
    with browse() as page:
        given = {"frames": 200, "hiccup": [0, 0], "flushAt": 0, "lead": 0.14, **settings}
        return dict(page.evaluate(PLAY, given))


def test_what_comes_in_time_is_played_as_it_is(browse: Browse) -> None:
    told = played(browse)
    assert told["sounding"] == pytest.approx(4.0, abs=0.02)
    assert told["step"] <= TONE_STEP * 1.2
    counts = told["counts"]
    assert isinstance(counts, dict)
    assert (counts["starved"], counts["trimmed"], counts["dropped"]) == (0, 0, 0)


def test_a_hiccup_within_the_lead_is_not_heard(browse: Browse) -> None:
    told = played(browse, hiccup=[1.0, 1.11])
    counts = told["counts"]
    assert isinstance(counts, dict)
    assert counts["starved"] == 0
    assert told["sounding"] == pytest.approx(4.0, abs=0.05)
    assert told["step"] <= TONE_STEP * 1.2


def test_after_a_longer_one_the_player_catches_up_without_a_click(browse: Browse) -> None:
    told = played(browse, hiccup=[1.0, 1.5])
    counts = told["counts"]
    assert isinstance(counts, dict)
    assert counts["starved"] >= 1
    assert counts["trimmed"] / 48 > 200, "ms made up for"
    assert told["last"] == pytest.approx(4.0, abs=0.15), "it ends when it would have"
    assert told["step"] <= TONE_STEP * 1.6, "no cut is heard"


def test_a_flush_empties_it_without_a_click(browse: Browse) -> None:
    told = played(browse, flushAt=2.0)
    assert told["last"] == pytest.approx(2.0, abs=0.02)
    assert told["held"] == 0
    assert told["step"] <= TONE_STEP * 1.6


def test_it_says_when_a_reply_first_sounded(browse: Browse) -> None:
    (heard,) = [each for each in played(browse)["reports"] if each["kind"] == "heard"]  # type: ignore[attr-defined]
    assert heard["frame"] == 0
    assert heard["rendered"] - heard["begun"] == pytest.approx(10 / 24_000, abs=0.001)


@pytest.mark.parametrize("rate", [16_000, 24_000, 44_100])
def test_a_microphone_s_sound_is_cut_into_frames_that_know_their_time(browse: Browse, rate: int) -> None:
    with browse() as page:
        frames = page.evaluate(
            """async (rate) => {
              globalThis.sampleRate = 48000;
              const { Capture } = await import("/antiphon-worklet.js");
              const frames = [];
              const capture = new Capture(rate, 10, (samples, at) => frames.push({ at, samples: [...samples] }));
              for (let n = 0; n < 400; n++)
                capture.push(Float32Array.from({ length: 128 }, (_, i) => 0.25 * Math.sin(2 * Math.PI * 440 * (n * 128 + i) / 48000)), 3 + n * 128 / 48000);
              return frames;
            }""",
            rate,
        )
    assert [len(frame["samples"]) for frame in frames] == [rate // 100] * len(frames)
    assert len(frames) >= 104
    assert frames[50]["at"] == pytest.approx(3.5, abs=1e-6)
    expected = [8_192 * math.sin(2 * math.pi * 440 * (0.5 + i / rate)) for i in range(rate // 100)]
    assert max(abs(a - b) for a, b in zip(frames[50]["samples"], expected, strict=True)) < 30

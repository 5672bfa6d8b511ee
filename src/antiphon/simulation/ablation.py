"""What each stage's streaming is worth: the same conversation with every stage streaming or batch.

The vendors answer at constant delays, as ordinary cloud services do; there are no drafts, so that nothing but
the stages' own overlap is measured.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TypedDict

from antiphon.config import Mode, Modes
from antiphon.core.endpointing import Endpointing
from antiphon.core.speculation import Speculation, Strategy
from antiphon.core.times import NS_PER_MS
from antiphon.simulation.call import CallResult, CallSettings, simulate_script
from antiphon.simulation.caller import Utterance
from antiphon.simulation.measures import measure
from antiphon.simulation.populations import Population, own_world, world_of
from antiphon.simulation.profile import LogNormal, Model, Profile, Recogniser, Voice
from antiphon.simulation.report import Percentiles, percentiles
from antiphon.simulation.scripts import Script, timed

RATE_WORDS_PER_S = 2.9
SILENCE_MS = 300

# Twenty-four words each, as somebody speaks who explains what is wanted.
QUESTIONS = (
    "i would like to know whether you have a quiet room for "
    "two from friday to sunday and what it all costs with breakfast",
    "could you tell me how long it takes by train from the "
    "old harbour to the airport when i leave at about six please",
    "my heating has been cold since monday evening and i wonder if "
    "somebody could come and look at it before the next weekend begins",
    "we want to have dinner with eight people on the terrace next "
    "thursday and two of us eat no meat or fish at all",
    "i ordered a blue lamp and two candles last week but only "
    "the candles came so where is the blue lamp right now please",
    "please move my appointment with the dentist from tuesday at nine to "
    "any morning in the week after because i must work on tuesday",
)


class AblationRow(TypedDict):
    """One combination of modes."""

    profile: str
    stt: str
    llm: str
    tts: str
    turns: int
    glass_to_glass_ms: Percentiles
    below_batch: float | None
    contributions_ms: dict[str, float]


@dataclass(frozen=True, slots=True)
class Conversation:
    """What all combinations are given.

    Attributes:
        calls: How many callers ask the questions, each in another order.
        questions: What they ask.
    """

    calls: int = 4
    questions: tuple[str, ...] = QUESTIONS


def cloud_profile() -> Profile:
    """An ordinary cloud, without jitter: a final 300 ms after speech that no flush hurries, and so on."""
    return Profile(
        stt=Recogniser(
            newest_word_revised=0,
            older_word_revised=0,
            final_after_silence_ms=300,
            final_differs_from_last_interim=0,
            flushes=False,
        ),
        llm=Model(first_token_ms=LogNormal(400), tokens_per_s=60),
        tts=Voice(first_byte_ms=LogNormal(150), faster_than_real_time=5),
    )


def ablation_rows(conversation: Conversation | None = None) -> list[AblationRow]:
    """The eight combinations, batch everywhere first.

    Returns:
        For each: its modes, delays from the caller's last voiced sample to the first sound, how far their
        median is below that of batch everywhere (as a share of it), and the mean contributions on the
        critical path.
    """
    asked = conversation or Conversation()
    combinations = [Modes(*modes) for modes in product((Mode.BATCH, Mode.STREAMING), repeat=3)]
    rows = [_row(modes, _hold_calls(modes, asked)) for modes in combinations]
    slowest = rows[0]["glass_to_glass_ms"]["p50"]
    for row in rows:
        p50 = row["glass_to_glass_ms"]["p50"]
        row["below_batch"] = None if p50 is None or not slowest else round(1 - p50 / slowest, 4)
    return rows


def _hold_calls(modes: Modes, conversation: Conversation) -> list[CallResult]:
    population = Population("questions")
    settings = CallSettings(
        world=world_of(cloud_profile(), {population.name: population}, own_world().sentences),
        speculation=Speculation(strategy=Strategy.DISCARD),
        endpointing=Endpointing(silence_ms=SILENCE_MS, final_timeout_ms=10_000),
        modes=modes,
    )
    return [
        simulate_script(_script(number, conversation), population, settings)
        for number in range(conversation.calls)
    ]


def _row(modes: Modes, results: list[CallResult]) -> AblationRow:
    delays = [delay for result in results for delay in measure(result).glass_to_glass_ms]
    return {
        "profile": "cloud",
        "stt": modes.stt.value,
        "llm": modes.llm.value,
        "tts": modes.tts.value,
        "turns": sum(result.turns for result in results),
        "glass_to_glass_ms": percentiles(delays),
        "below_batch": None,
        "contributions_ms": _mean_contributions(results),
    }


def _script(number: int, conversation: Conversation) -> Script:
    questions = conversation.questions
    turned = questions[number % len(questions) :] + questions[: number % len(questions)]
    utterances = tuple(Utterance(timed(question.split(), RATE_WORDS_PER_S)) for question in turned)
    return Script(f"ablation {number}", utterances)


def _mean_contributions(results: list[CallResult]) -> dict[str, float]:
    """In the order of the critical path; they sum to the mean delay."""
    records = [
        record for result in results for record in result.records if record.glass_to_glass_ns is not None
    ]
    sums: dict[str, int] = {}
    for record in records:
        for name, spent_ns in record.contributions_ns.items():
            sums[name] = sums.get(name, 0) + spent_ns
    return {name: round(total / len(records) / NS_PER_MS, 1) for name, total in sums.items()}

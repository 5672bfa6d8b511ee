"""The cloud benchmark's calls once more in virtual time, where neither sockets nor a busy machine take any.

What is said, and how fast the vendors are, is the same; so the difference between the two is what the real
thing adds: connections, parsing, scheduling, and a detector that has to listen to know where a voice ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from random import Random

from antiphon.bench.cloud_call import INSTRUCTIONS, PROFILE, Variant
from antiphon.bench.cloud_script import AFTER_MS, LEAD_IN_MS, answer_request
from antiphon.bench.speech import Speech
from antiphon.bench.steady import STEADY
from antiphon.config import NO_PHRASES, Agent
from antiphon.core.messages import Message
from antiphon.core.times import NS_PER_MS
from antiphon.runtime.clock import Clock
from antiphon.runtime.providers import Providers
from antiphon.runtime.session import Session
from antiphon.simulation.caller import Caller, Said, SpokenWord, Utterance
from antiphon.simulation.listener import Heard, Listener
from antiphon.simulation.loop import run
from antiphon.simulation.profile import LogNormal, Model, Recogniser, Voice
from antiphon.simulation.scripted_llm import ScriptedLLM
from antiphon.simulation.scripted_stt import ScriptedSTT
from antiphon.simulation.scripted_tts import ScriptedTTS
from antiphon.simulation.scripted_vad import ScriptedVAD
from antiphon.simulation.signal import NS_PER_SAMPLE
from antiphon.simulation.vendor_log import VendorLog

_SPREAD = PROFILE.jitter / 3**0.5  # standard deviation of an even spread of that width to either side
# Asked for a final, the double takes no more audio until it has answered, so that its own end of speech
# never comes in between: here, too, that is left to the request.
RECOGNISER = Recogniser(
    interim_every_ms=round(PROFILE.interim_every_ms),
    behind_voice_ms=round(PROFILE.behind_voice_ms),
    newest_word_revised=0,
    older_word_revised=0,
    final_after_flush_ms=round(PROFILE.finalize_ms),
    final_differs_from_last_interim=0,
)
MODEL = Model(first_token_ms=LogNormal(PROFILE.first_token_ms, _SPREAD), tokens_per_s=PROFILE.tokens_per_s)
VOICE = Voice(
    first_byte_ms=LogNormal(PROFILE.first_byte_ms, _SPREAD),
    faster_than_real_time=PROFILE.faster_than_real_time,
    audio_ms_per_character=round(PROFILE.ms_per_character),
)


def virtual_delays_ns(calls: Sequence[Sequence[Speech]], variant: Variant) -> list[int]:
    """From the caller's last voiced sample to the first of the reply that stood, for each turn answered."""
    delays_ns: list[int] = []
    for seed, speeches in enumerate(calls):
        script = tuple(_utterance(speech, first=not number) for number, speech in enumerate(speeches))
        said, heard = run(partial(_hold_call, script, variant, seed))
        delays_ns += _delays_ns(said, heard)
    return delays_ns


def _utterance(speech: Speech, *, first: bool) -> Utterance:
    words = [
        SpokenWord(word.text, round(word.start_ns / NS_PER_MS), round(word.end_ns / NS_PER_MS))
        for word in speech.words
    ]
    return Utterance(tuple(words), after_ms=LEAD_IN_MS if first else AFTER_MS)


async def _hold_call(
    script: tuple[Utterance, ...], variant: Variant, seed: int
) -> tuple[list[Said], list[Heard]]:
    clock, log = Clock(), VendorLog()
    stt, llm, tts = (Random(f"{vendor} {seed}") for vendor in ("stt", "llm", "tts"))  # noqa: S311 - repeatable
    caller = Caller(script, clock)
    listener = Listener(caller.hears)
    providers = Providers(
        ScriptedSTT(caller, RECOGNISER, stt, clock, log),
        ScriptedLLM(_reply, MODEL, llm, clock, log),
        ScriptedTTS(VOICE, tts, clock, log),
        ScriptedVAD(),
    )
    agent = Agent(
        instructions=INSTRUCTIONS,
        stt=providers.stt,
        llm=providers.llm,
        tts=providers.tts,
        vad=providers.vad,
        modes=variant.modes,
        speculation=variant.speculation,
        phrases=NO_PHRASES,
        endpointing=STEADY,
    )
    async with Session(agent, providers=providers) as session:
        async for frame in session.process(caller.frames()):
            listener.play(frame, clock.now_ns())
    return caller.said, listener.heard


def _reply(messages: tuple[Message, ...], call_id: int, random: Random, begun: str = "") -> str:
    return answer_request({"messages": [{"role": one.role, "content": one.content} for one in messages]})


def _delays_ns(said: Sequence[Said], heard: Sequence[Heard]) -> list[int]:
    delays_ns = []
    for utterance, following in zip(said, [*said[1:], None], strict=True):
        end_ns = utterance.stop * NS_PER_SAMPLE
        until_ns = heard[-1].stop_ns + 1 if following is None else following.start * NS_PER_SAMPLE
        after = [one.start_ns for one in heard if end_ns < one.start_ns < until_ns]
        delays_ns += [after[0] - end_ns] if after else []
    return delays_ns

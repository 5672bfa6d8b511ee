"""What is said over a reply, and what is heard of that reply then: invariant 7."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, pairwise

from antiphon.core.backchannel import Backchannels
from antiphon.core.interruption import Suspicion
from antiphon.core.times import NS_PER_MS
from antiphon.simulation.caller import ONSET_MS, TAIL_MS
from antiphon.simulation.evidence import NEAR_NS, NEVER_NS, Evidence, Found, HeardReply, Voice
from antiphon.simulation.faults import Kind
from antiphon.simulation.listener import Heard, Level
from antiphon.simulation.scripts import BACKCHANNELS
from antiphon.simulation.signal import NS_PER_SAMPLE
from antiphon.simulation.vendor_log import Delivered, at_ns

LATE_NS = 25 * NS_PER_MS  # a block of audio and a little
GAP_NS = 100 * NS_PER_MS  # a backchannel silences a reply for no longer
BACK_NS = 700 * NS_PER_MS  # a reply is at full level again so soon after what was nothing
_BACKCHANNELS = Backchannels("en")
_LISTENING = {word for phrase in BACKCHANNELS for word in phrase.split()}


def interruptions(evidence: Evidence) -> Found:
    """7. A confirmed barge-in silences but for the fade; what is none silences nothing."""
    return chain(barge_in_silences(evidence), held_by_voice(evidence), comes_back(evidence))


def barge_in_silences(evidence: Evidence) -> Found:
    """After words over a reply that mean to interrupt, or typed ones, at most the fade is still heard."""
    fade_ns = evidence.result.settings.interruption.fade_ms * NS_PER_MS + LATE_NS
    for reply in _interruptible(evidence):
        stops = [(typed_ns, typed_ns) for typed_ns in evidence.app_times(Kind.TEXT)]
        stops += [
            (voice.start_ns, _confirmed_ns(evidence, reply, voice)) for voice in _voices_over(evidence, reply)
        ]
        for onset_ns, stop_ns in stops:
            interrupts = reply.begin_ns + NEAR_NS < onset_ns < reply.end_ns - NEAR_NS
            if interrupts and reply.end_ns > stop_ns + fade_ns:
                after_ms = (reply.end_ns - stop_ns) / NS_PER_MS
                yield onset_ns, f"interrupted, the reply is heard for {after_ms:.0f} ms more"


def held_by_voice(evidence: Evidence) -> Found:
    """Voice that goes on and on silences a reply, whatever is recognised."""
    settings = evidence.result.settings.interruption
    for reply in _interruptible(evidence):
        for voice in _voices_over(evidence, reply):
            silent_ns = max(voice.start_ns + settings.voice_ms * NS_PER_MS, evidence.guarded_until_ns)
            silent_ns += settings.fade_ms * NS_PER_MS + LATE_NS
            if any(_is_backchannel(said) for said in _said_in(evidence, voice)):
                continue
            heard = next((one for one in _sounds(evidence, reply) if one.stop_ns > silent_ns), None)
            if heard is not None and max(heard.start_ns, silent_ns) < voice.stop_ns:
                yield voice.start_ns, f"a voice goes on for {settings.voice_ms} ms, and so does the reply"


def comes_back(evidence: Evidence) -> Found:
    """What is no interruption: no long silence, no end, full level again soon after."""
    settings = evidence.result.settings.interruption
    most_ns = settings.voice_ms * NS_PER_MS - TAIL_MS * NS_PER_MS
    for reply in _interruptible(evidence):
        for voice in _voices_over(evidence, reply):
            said = _said_in(evidence, voice)
            too_soon = voice.start_ns <= reply.begin_ns + settings.grace_ms * NS_PER_MS
            if too_soon or voice.stop_ns - voice.start_ns >= most_ns or not all(map(_is_listening, said)):
                continue
            if not evidence.result.said[voice.utterance].utterance.words or (said and not _asks(reply)):
                yield from _undisturbed(evidence, reply, voice)


def _undisturbed(evidence: Evidence, reply: HeardReply, voice: Voice) -> Found:
    until_ns = min(voice.stop_ns + BACK_NS, _next_cause_ns(evidence, voice))
    sounds = _sounds(evidence, reply)
    for number, (before, after) in enumerate(pairwise(sounds), 1):
        begins_ns = max(before.stop_ns, voice.start_ns)
        silent_ns = min(after.start_ns, until_ns) - begins_ns
        paused = evidence.result.settings.interruption.on_suspicion is Suspicion.PAUSE
        if silent_ns > GAP_NS and not _ran_dry(reply, sounds[:number]) and not paused:
            yield begins_ns, f"what was no interruption silences the reply for {silent_ns / NS_PER_MS:.0f} ms"
    others = [one.at_ns for one in evidence.result.log.transcripts if one not in _said_in(evidence, voice)]
    superseded = any(abs(reply.end_ns - heard_ns) < 2 * GAP_NS for heard_ns in others)
    if not reply.complete and reply.end_ns < until_ns and not superseded and not _ran_dry(reply, sounds):
        yield reply.end_ns, "what was no interruption stops the reply"
    back_ns = voice.stop_ns + BACK_NS
    if back_ns < until_ns + 1 and any(
        one.level is not Level.FULL and one.start_ns <= back_ns < one.stop_ns for one in sounds
    ):
        yield back_ns, f"{BACK_NS // NS_PER_MS} ms after what was no interruption the reply is still soft"


def _ran_dry(reply: HeardReply, sounds: list[Heard]) -> bool:
    """Whether all that was made is heard at the end of some of its sounds."""
    heard = sum(round((one.stop_ns - one.start_ns) / NS_PER_SAMPLE) for one in sounds)
    made = [count for made_ns, count in reply.synthesis.made if made_ns <= sounds[-1].stop_ns]
    seams = len(sounds) - 1  # each may hide a part of a sample
    return heard + seams >= (made[-1] if made else reply.synthesis.samples)


# --- what was said ------------------------------------------------------------------------------------


def _interruptible(evidence: Evidence) -> Iterator[HeardReply]:
    deaf = {action.text.split()[1] for action in evidence.result.app if not action.interruptible}
    if evidence.result.settings.interruption.enabled:
        yield from (reply for reply in evidence.replies if not deaf & set(reply.synthesis.text.split()[:2]))


def _voices_over(evidence: Evidence, reply: HeardReply) -> Iterator[Voice]:
    for voice in evidence.voices:
        if reply.begin_ns + NEAR_NS < voice.start_ns < reply.end_ns - NEAR_NS:
            yield voice


def _sounds(evidence: Evidence, reply: HeardReply) -> list[Heard]:
    return [one for one in evidence.result.heard if one.synthesis_id == reply.synthesis.synthesis_id]


def _said_in(evidence: Evidence, voice: Voice) -> list[Delivered]:
    """What the recogniser made of the words in a stretch of voice."""
    words = [
        number
        for number, (_, start, stop) in enumerate(evidence.result.words)
        if at_ns(start) < voice.stop_ns and at_ns(stop) > voice.start_ns
    ]
    return [
        one
        for one in evidence.result.log.transcripts
        if one.text and words and one.words[0] <= words[-1] and one.words[1] > words[0]
    ]


def _is_listening(said: Delivered) -> bool:
    """Whether words are of those by which scripted callers show that they listen."""
    return {word.strip(",").lower() for word in said.text.split()} <= _LISTENING


def _is_backchannel(said: Delivered) -> bool:
    return _BACKCHANNELS.is_backchannel(said.text)


def _asks(reply: HeardReply) -> bool:
    return "?" in reply.text


def _confirmed_ns(evidence: Evidence, reply: HeardReply, voice: Voice) -> int:
    """When it was known that a voice means to interrupt; never, if it was not."""
    settings = evidence.result.settings.interruption
    long_ns = voice.start_ns + max(settings.speech_ms, ONSET_MS) * NS_PER_MS
    echoed: set[str] = set()  # the same words once more tell nothing new before they are final
    for said in _said_in(evidence, voice):
        if evidence.may_be_echo(said):
            echoed.add(said.text)
        if _is_backchannel(said) or evidence.may_be_echo(said) or (said.text in echoed and not said.final):
            continue
        if said.final and said.at_ns >= voice.start_ns:
            return said.at_ns
        if any(said.start_ns < earlier.stop_ns - LATE_NS < reply.begin_ns for earlier in evidence.voices):
            continue  # it may as well be about what the reply answers
        if long_ns <= voice.stop_ns and said.at_ns < voice.stop_ns:
            return max(said.at_ns, long_ns)
    return NEVER_NS


def _next_cause_ns(evidence: Evidence, voice: Voice) -> int:
    """When something else happens that may stop a reply."""
    times = [one.start_ns for one in evidence.voices if one.start_ns > voice.start_ns]
    times += [one.at_ns for one in evidence.result.app if one.at_ns > voice.start_ns]
    return min(times, default=NEVER_NS)

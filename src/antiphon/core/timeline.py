"""From marks to contributions: where the time between the caller's last sound and the reply went.

A turn passes its stations in the order of ``PATH``. Each contribution is the stretch of the critical path
that ends at a station, so a station passed early (a draft's first token, long before the end of the turn)
contributes nothing, and one that was not passed at all is skipped. A listener's end that says nothing is
taken for one without delay: what was handed over sounds. Each stretch begins where the last one
ended and the last station is the sound itself: the contributions sum to glass-to-glass exactly, by
construction.

A turn whose draft was begun before its end may have ended only when the draft could be heard: nothing is lost
by waiting until then. What its time went into is the draft, so the decision stands behind it on the path. A
draft that had to wait for tools until the turn was over could not be waited for.
"""

from __future__ import annotations

from collections.abc import Mapping

MOST_ROUNDS = 8  # of tools in one reply

# Station passed -> what the time up to it was spent on.
PATH: tuple[tuple[str, str], ...] = (
    ("arrived", "uplink"),  # the caller's last sound, from their microphone
    ("wait_over", "endpointing"),  # the wait that was decided
    ("silence_known", "vad"),  # the silence was noticed later than that
    ("stt_final", "stt"),  # the words were known later than that
    ("settled", "before_reply"),  # what the author adds to the request
    ("end_of_turn", "runtime"),
    ("committed", "judging"),  # an Embedder was asked
    ("retried", "failed_attempt"),  # an attempt failed, and another was made
    ("handed_over", "hand_over"),  # another agent makes the reply
    ("prepared", "before_reply"),
    ("llm_requested", "runtime"),
    *(
        station
        for number in range(1, MOST_ROUNDS + 1)
        for station in (
            (f"tools_asked_{number}", "llm_tool_call"),  # the model wrote what it wants
            (f"tools_answered_{number}", "tools"),
        )
    ),
    ("first_token", "llm_first_token"),
    ("first_segment", "llm_first_clause"),
    ("tts_requested", "runtime"),
    ("first_audio", "tts_first_byte"),
    ("handed", "runtime"),  # to the transport
    ("received", "network"),  # by the listener's end
    ("begun", "client_buffer"),  # to be played there
    ("rendered", "leading_silence"),  # in the synthesised audio
    ("audible", "device"),  # the listener's sound card
)
_DECIDED = ("end_of_turn", "committed", "retried", "handed_over")
_BEFORE = tuple(step for step in PATH if step[0] not in _DECIDED)
DRAFTED_PATH = (
    *_BEFORE[: _BEFORE.index(("first_audio", "tts_first_byte")) + 1],
    *(step for step in PATH if step[0] in _DECIDED),
    *_BEFORE[_BEFORE.index(("handed", "runtime")) :],
)
"""The path of a turn whose reply was begun before its end was decided."""


def contributions(marks_ns: Mapping[str, int]) -> dict[str, int]:
    """Split glass-to-glass time into its contributions.

    Args:
        marks_ns: When each station was passed; ``last_voiced`` and ``audible`` are needed.

    Returns:
        Nanoseconds by contribution in the order of the path, without zeros. They sum to
        ``audible - last_voiced``. A reply that was audible before the caller's last sound has the one
        negative contribution ``cut_in``.
    """
    reached = marks_ns["last_voiced"]
    audible = marks_ns["audible"]
    if audible < reached:
        return {"cut_in": audible - reached}
    spent: dict[str, int] = {}
    passed_ns = {"rendered": audible, **marks_ns}
    decided, requested = marks_ns.get("end_of_turn"), marks_ns.get("llm_requested")
    drafted = decided is not None and requested is not None and requested < decided
    answered = [at_ns for station, at_ns in marks_ns.items() if station.startswith("tools_answered")]
    drafted = drafted and not any(at_ns > marks_ns["end_of_turn"] for at_ns in answered)
    for station, name in DRAFTED_PATH if drafted else PATH:
        passed = passed_ns.get(station)
        if passed is None:
            continue
        passed = min(passed, audible)
        if passed > reached:
            spent[name] = spent.get(name, 0) + passed - reached
            reached = passed
    return spent

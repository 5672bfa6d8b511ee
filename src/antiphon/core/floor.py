"""Who has the floor: the states of a conversation, and the only ways from one to another.

The floor is free (``IDLE``), the caller's (``CALLER``: speaking, or pausing within the turn), promised to
the agent (``THINKING``: the caller's turn is over and a reply is committed, but nothing of it is audible)
or the agent's (``AGENT``). The rules:

- The caller takes the floor by voice or by words, at any time. While the agent is thinking, that takes the
  end of the turn back: what was said and what follows are one turn. While the agent is audible it must be
  meant (a barge-in), or come so early that the caller had plainly not finished (the reply withdraws).
- The caller's turn ends when the wait that endpointing decided is over and the words are known. It always
  ends in a reply, a failure that is reported and if possible spoken, or the caller's taking the floor.
- Noise without words gives the floor back as if nothing had been.
- Only a committed reply is audible, so only ``THINKING`` leads to ``AGENT``.
"""

from __future__ import annotations

from enum import StrEnum


class Floor(StrEnum):
    """Who has the floor."""

    IDLE = "idle"
    CALLER = "caller"
    THINKING = "thinking"
    AGENT = "agent"
    CLOSED = "closed"


class Cause(StrEnum):
    """Why the floor passes on."""

    CALLER_SPEAKS = "the caller speaks or writes"
    NOTHING_SAID = "no words came"
    TURN_OVER = "the turn is over"
    SPEECH_ASKED = "the application has something to say"
    CALLER_GOES_ON = "the caller goes on"
    AUDIBLE = "the reply is audible"
    REPLY_OVER = "the reply is over"
    BARGE_IN = "barge-in"
    WITHDRAWN = "the reply withdraws"
    CLOSED = "the call is over"


TRANSITIONS: dict[tuple[Floor, Cause], Floor] = {
    (Floor.IDLE, Cause.CALLER_SPEAKS): Floor.CALLER,
    (Floor.IDLE, Cause.SPEECH_ASKED): Floor.THINKING,
    (Floor.CALLER, Cause.NOTHING_SAID): Floor.IDLE,
    (Floor.CALLER, Cause.TURN_OVER): Floor.THINKING,
    (Floor.THINKING, Cause.CALLER_GOES_ON): Floor.CALLER,
    (Floor.THINKING, Cause.AUDIBLE): Floor.AGENT,
    (Floor.THINKING, Cause.REPLY_OVER): Floor.IDLE,
    (Floor.AGENT, Cause.REPLY_OVER): Floor.IDLE,
    (Floor.AGENT, Cause.BARGE_IN): Floor.CALLER,
    (Floor.AGENT, Cause.WITHDRAWN): Floor.CALLER,
    **{(floor, Cause.CLOSED): Floor.CLOSED for floor in Floor},
}


def after(floor: Floor, cause: Cause) -> Floor:
    """The state that follows.

    Raises:
        ValueError: If the table has no such transition: a fault in the machine.
    """
    try:
        return TRANSITIONS[floor, cause]
    except KeyError:
        raise ValueError(f"no way on from {floor.value!r} when {cause.value}") from None


def diagram() -> str:
    """The table as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", f"    [*] --> {Floor.IDLE.value}"]
    lines += [
        f"    {source.value} --> {target.value}: {cause.value}"
        for (source, cause), target in TRANSITIONS.items()
        if source is not Floor.CLOSED
    ]
    return "\n".join([*lines, f"    {Floor.CLOSED.value} --> [*]"])

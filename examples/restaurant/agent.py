"""A restaurant takes bookings by telephone.

What is free is looked up while the caller is still speaking: nothing comes of it if they change their mind. A
table is booked once they have finished, and at most once a turn.

    antiphon talk --config examples/restaurant/agent.py     # with the keys of both vendors in the environment
    pytest examples/restaurant                              # without
"""

from __future__ import annotations

from dataclasses import dataclass, field

from antiphon import Agent, OnBargeIn, ToolContext, tool

SEATS = {"table 1": 2, "table 2": 2, "table 3": 4, "table 4": 6}


@dataclass
class Evening:
    """One call's state: what is booked."""

    booked: dict[str, str] = field(default_factory=dict)

    def free(self, guests: int, time: str) -> list[str]:
        """Tables that are large enough and not taken at a time, the smallest first."""
        taken = {table for table, at in self.booked.items() if at == time}
        return sorted(
            (table for table, seats in SEATS.items() if seats >= guests and table not in taken),
            key=lambda table: SEATS[table],
        )


@tool(safe=True)
async def find_tables(guests: int, time: str, context: ToolContext[Evening]) -> str:
    """Which tables are free.

    Args:
        guests: How many they are.
        time: When, as "19:30".
    """
    return ", ".join(context.state.free(guests, time)) or "nothing is free then"


@tool(on_barge_in=OnBargeIn.FINISH)
async def book_table(guests: int, time: str, name: str, context: ToolContext[Evening]) -> str:
    """Book a table.

    Args:
        guests: How many they are.
        time: When, as "19:30".
        name: In whose name.
    """
    free = context.state.free(guests, time)
    if not free:
        return f"nothing is free for {guests} at {time}"
    context.state.booked[free[0]] = time
    return f"{free[0]} at {time} in the name of {name}"


agent = Agent(
    instructions=(
        "You take bookings for a small restaurant, by telephone. Be brief. Ask for the number of guests, the "
        "time and a name; look for a free table before you offer one."
    ),
    llm="openai/gpt-4.1-mini",
    tts="openai/gpt-4o-mini-tts",
    stt="deepgram/nova-3",
    state=Evening,
    greeting="Trattoria Ansa, good evening.",
    tools=[find_tables, book_table],
    examples=[
        "a table for two at eight",
        "is there anything free at half past seven",
        "i would like to cancel",
    ],
)

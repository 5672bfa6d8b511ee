"""A telephone company's support line: reception answers from its pages, and puts callers through to billing.

What belongs to a question is looked up before each reply, for drafts as well; a draft that was shown other
pages than what was finally said asks for is thrown away.

    antiphon talk --config examples/support/agent.py     # with the keys of both vendors in the environment
    pytest examples/support                              # without
"""

from __future__ import annotations

from dataclasses import dataclass

from antiphon import Agent, Document, HandOver, ReplyContext, ToolContext, tool

PAGES = {
    "router": "If the light of the router is red, pull its plug, wait for ten seconds and plug it in again.",
    "roaming": "Calls within Europe cost what they cost at home; elsewhere a minute is one pound.",
    "contract": "Contracts end with a month's notice, by letter or in the app.",
}


@dataclass
class Customer:
    """One call's state."""

    number: str = ""
    owes_pounds: int = 0


async def look_up(turn: ReplyContext[Customer]) -> None:
    """Show the model the pages whose word the caller used."""
    turn.add(*(Document(page, {"page": word}) for word, page in PAGES.items() if word in turn.text.lower()))


@tool(safe=True)
async def what_is_owed(context: ToolContext[Customer]) -> str:
    """What the caller has still to pay."""
    return f"{context.state.owes_pounds} pounds"


billing = Agent(
    name="billing",
    instructions="You answer questions about bills. Be brief and exact.",
    llm="openai/gpt-4.1-mini",
    tts="openai/gpt-4o-mini-tts",
    tools=[what_is_owed],
)


@tool
async def to_billing() -> HandOver:
    """Put a caller with a question about a bill through to billing."""
    return HandOver(billing, history=lambda before: before[-4:])


agent = Agent(
    name="reception",
    instructions=(
        "You are a telephone company's reception. Answer from the pages that you are shown. "
        "Put callers with questions about bills through."
    ),
    llm="openai/gpt-4.1-mini",
    tts="openai/gpt-4o-mini-tts",
    stt="deepgram/nova-3",
    state=Customer,
    tools=[to_billing],
    before_reply=look_up,
)

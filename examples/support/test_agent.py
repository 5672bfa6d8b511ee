"""Calls to the support line."""

from __future__ import annotations

from collections.abc import Callable

from antiphon.providers.base import LLMRequest
from antiphon.testing import Rehearsal, ScriptedModel, wants

from .agent import Customer, agent


def shown(request: LLMRequest) -> str:
    """What the model is shown, all of it."""
    return "\n".join(message.content for message in request.messages)


def answer(request: LLMRequest) -> str:
    return "Pull its plug for ten seconds." if "red, pull its plug" in shown(request) else "I don't know."


MODEL = {
    "router": answer,
    "my bill": [wants("to_billing"), ""],
    "how much": [wants("what_is_owed"), "You owe {result}."],
}


def test_reception_answers_from_its_pages(rehearse: Callable[..., Rehearsal]) -> None:
    call = rehearse(agent, ScriptedModel(MODEL))
    call.says("the light of my router", 600, "is red").said("pull its plug").called_nothing()


def test_billing_takes_over_and_knows_what_is_owed(rehearse: Callable[..., Rehearsal]) -> None:
    model = ScriptedModel(MODEL)
    call = rehearse(agent, model, state=Customer(owes_pounds=12))
    call.says("i have a question about my bill").called("to_billing")
    call.says("how much do i owe").called("what_is_owed").said("12 pounds", within_ms=2_000)
    assert "handed  over to billing" in call.transcript
    assert shown(model.requests[-1]).startswith("You answer questions about bills.")

"""Calls to the restaurant."""

from __future__ import annotations

from collections.abc import Callable

from antiphon.testing import Rehearsal, ScriptedModel, wants

from .agent import Evening, agent

LOOK = wants("find_tables", guests=2, time="20:00")
BOOK = wants("book_table", guests=2, time="20:00", name="Rossi")
MODEL = {
    "name is rossi": [BOOK, "Booked: {result}."],
    "at eight": [LOOK, "At eight there is {result}. In whose name?"],
    "tell me about": "We cook what the market has: pizza, pasta, fish and a few things from the grill.",
    "thank": "See you then.",
}


def test_a_table_is_looked_for_offered_and_booked(rehearse: Callable[..., Rehearsal]) -> None:
    call = rehearse(agent, ScriptedModel(MODEL))
    call.says("a table for two", 800, "at eight").called("find_tables", guests=2).said("in whose name")
    call.says("the name is rossi").called("book_table", name="Rossi").said("table 1 at 20:00")
    assert call.session.state.booked == {"table 1": "20:00"}


def test_what_is_free_is_known_before_the_caller_has_finished(rehearse: Callable[..., Rehearsal]) -> None:
    call = rehearse(agent, ScriptedModel(MODEL))
    turn = call.says("a table for two at eight", 500, "please")
    assert turn.tools[0].in_draft
    turn.said("there is table 1", within_ms=1_300)


def test_nothing_is_booked_twice(rehearse: Callable[..., Rehearsal]) -> None:
    evening = Evening(dict.fromkeys(("table 1", "table 2", "table 3", "table 4"), "20:00"))
    call = rehearse(agent, ScriptedModel(MODEL), state=evening)
    call.says("the name is rossi").called("book_table").said("nothing is free for 2 at 20:00")


def test_a_caller_who_cuts_in_is_listened_to(rehearse: Callable[..., Rehearsal]) -> None:
    call = rehearse(agent, ScriptedModel(MODEL))
    first = call.says("tell me about the menu", hear_out=False)
    call.says("just a table for two at eight", after_ms=900).called("find_tables")
    assert first.interrupted

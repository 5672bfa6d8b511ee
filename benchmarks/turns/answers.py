"""Short answers to a question that an agent may ask: what the weights of short turns are learned from."""

from __future__ import annotations

_ANSWERS = """
yes please, no thanks, yes, no, that's right, that's it, sounds fine, not really, i suppose so, i don't
think so, the second one, the last one, the bigger one, the blue one, this one, for one, for four people,
a table for six, at nine, at half past six, at eight thirty, about noon, on sunday, on monday morning,
next tuesday, the tenth, tomorrow, today, tonight, later, now, in cash, credit card, with paypal, two,
three, five, twenty five, one hundred, john, mary smith, my name is peter, it's anna, london, to madrid,
from boston, in berlin, the kitchen, in the hall, large, a small one, medium please, both, neither, all
of them, none of them, that's everything, nothing else, yes do it, go ahead, sure, sure go ahead, okay,
never mind, maybe later, not yet, any time, the morning, in the afternoon, a window seat, vegetarian, no
problem, of course, yes i do, no i don't, exactly, correct, i'm not sure, the cheapest, next week, by
phone, by email, without sugar, extra cheese, just me, my brother
"""
ANSWERS = tuple(answer.strip().replace("\n", " ") for answer in _ANSWERS.split(","))

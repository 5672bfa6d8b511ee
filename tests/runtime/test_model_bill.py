from __future__ import annotations

from antiphon.core.messages import Message
from antiphon.providers.base import LLMRequest, LLMUsage
from antiphon.runtime.model_bill import ModelBill

REQUEST = LLMRequest((Message("system", "x" * 40), Message("user", "y" * 20)))


def test_nothing_is_owed_before_the_first_request() -> None:
    bill = ModelBill()
    assert (bill.total, bill.requests) == (LLMUsage(0, 0), 0)


def test_until_a_model_reports_it_is_estimated() -> None:
    bill = ModelBill()
    bill.begin(REQUEST)
    bill.written_characters = 10
    assert bill.total == LLMUsage(15, 3)


def test_what_it_reports_counts() -> None:
    bill = ModelBill()
    bill.begin(REQUEST)
    bill.written_characters = 10
    bill.reported = LLMUsage(100, 20, 64)
    assert bill.total == LLMUsage(100, 20, 64)


def test_requests_add_up_reported_or_not() -> None:
    bill = ModelBill()
    bill.begin(REQUEST)
    bill.reported = LLMUsage(100, 20, 64)
    bill.begin(REQUEST)
    assert bill.total == LLMUsage(115, 20, 64)
    bill.written_characters = 4
    assert (bill.total, bill.requests) == (LLMUsage(115, 21, 64), 2)

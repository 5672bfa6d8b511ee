"""A call of the cloud benchmark: what is noted of it, what its vendors bill, and one call from end to end."""

from __future__ import annotations

import pytest

from antiphon.bench.cloud import VARIANTS
from antiphon.bench.cloud_account import answered_turns, unaccounted
from antiphon.bench.cloud_call import PROFILE, CallAccount, agent, hold_call, vendor_log
from antiphon.bench.cloud_script import Timetable, answer_to, timetable
from antiphon.bench.embedded import speak_all
from antiphon.bench.speech import Speech, place_words
from antiphon.core.notices import DraftCommitted, ReplyAudible, Trouble, TurnEnded, TurnStarted
from antiphon.testing.vendors import RequestLog, RequestRecord

from ..telemetry.samples import turn_record
from .test_cloud_script import speech

BATCH, STREAMING, DRAFTS = VARIANTS


def request(route: str, body: object, sent: int = 0) -> RequestRecord:
    return RequestRecord(route, 0, "/", {}, {}, body, received_ns=0, sent=sent)


async def log_of(*records: RequestRecord) -> RequestLog:
    requests = RequestLog()
    for record in records:
        await requests.add(record)
    return requests


def chat(text: str, sent: int) -> RequestRecord:
    return request("chat", {"messages": [{"role": "user", "content": text}]}, sent)


def test_the_delays_are_those_of_an_ordinary_vendor() -> None:
    assert (PROFILE.first_token_ms, PROFILE.tokens_per_s, PROFILE.first_byte_ms) == (400, 60, 150)
    assert (
        50 <= PROFILE.finalize_ms * (1 - PROFILE.jitter) <= PROFILE.finalize_ms * (1 + PROFILE.jitter) <= 80
    )


def test_an_agent_asks_the_doubles_and_no_one_else() -> None:
    made = agent(DRAFTS, "http://127.0.0.1:1", "http://127.0.0.1:2/v1")
    (stt,), (llm,), (tts,) = made.stt, made.llm, made.tts
    assert stt.options["base_url"] == "http://127.0.0.1:1"
    assert llm.options["base_url"] == tts.options["base_url"] == "http://127.0.0.1:2/v1"
    assert (made.modes, made.speculation) == (DRAFTS.modes, DRAFTS.speculation)


def test_an_account_notes_what_matters() -> None:
    account = CallAccount(Timetable((), speech("a").samples, ()))
    trouble = Trouble(1, "llm", "gone")
    for notice in (
        TurnStarted(1, 5),
        DraftCommitted(1, 2, 3, 6, "same words"),
        ReplyAudible(1, 3, 7),
        trouble,
        TurnEnded(8, turn_record()),
    ):
        account.observe(notice)
    assert account.committed == {3}
    assert account.replies_ns == {3: 7}
    assert account.troubles == [trouble]
    assert account.records == [turn_record()]


async def test_tokens_that_were_never_sent_are_not_billed() -> None:
    tokens = len(answer_to("hello there").split())
    log = vendor_log(await log_of(chat("hello there", 0), chat("hello there", 4), chat("hello there", 99)))
    assert [call.output_tokens for call in log.model_calls] == [0, 3, tokens]
    assert log.model_calls[0].answers == "hello there"


async def test_every_text_that_was_to_be_spoken_is_billed() -> None:
    log = vendor_log(await log_of(request("speech", {"input": "one"}), request("speech", {"input": "two"})))
    assert [synthesis.text for synthesis in log.syntheses] == ["one", "two"]


@pytest.mark.embedded
async def test_a_call_over_sockets_is_answered_right_and_drafts_make_it_quick() -> None:
    text = "can I bring my dog"
    (samples,) = await speak_all("espeak/en-us", [text])
    length_ns = len(samples) * 62_500
    said = Speech(text, samples, tuple(place_words(text, [], length_ns)))
    account = await hold_call(timetable([said], patience_ms=1_500), DRAFTS, seed=1)
    (answered,) = answered_turns(account)
    assert answered.right
    assert answered.record is not None
    assert answered.record.ledger.reused == 1
    assert answered.delay_ns is not None
    assert answered.delay_ns < 3_000_000_000
    assert unaccounted(account) == 0
    assert [call.answers for call in account.log.model_calls] == [text]

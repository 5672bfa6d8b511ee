"""Addresses and control messages of Deepgram's, as its double takes them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import pytest
from starlette.datastructures import QueryParams

from antiphon.testing.vendors.deepgram_talk import (
    error_body,
    flux_settings,
    listen_settings,
    talk_flux,
    talk_nova,
)
from antiphon.testing.vendors.flux_engine import FluxEngine, FluxSettings
from antiphon.testing.vendors.nova_engine import Ears, ListenSettings, NovaEngine
from antiphon.testing.vendors.speech_source import ScriptedSpeech, spoken

HELLO = ScriptedSpeech(spoken("hello", 0, 200))
NOVA = {"model": "nova-3", "encoding": "linear16", "sample_rate": "16000"}
FLUX = {**NOVA, "model": "flux-general-en"}


class Script:
    """A conversation with a client whose words are known beforehand."""

    def __init__(self, *said: str | bytes) -> None:
        self._said = said
        self.heard: list[Mapping[str, Any]] = []
        self.closed: tuple[int, str] | None = None
        self.pauses: list[float] = []
        self.exchange = self

    async def incoming(self, idle_timeout_ms: float | None = None) -> AsyncIterator[str | bytes]:
        for message in self._said:
            yield message

    async def say(self, messages: Sequence[Mapping[str, Any]]) -> None:
        self.heard += messages

    async def close(self, code: int, reason: str = "") -> None:
        self.closed = (code, reason)

    async def pause(self, ms: float) -> None:
        self.pauses.append(ms)


def control(kind: str, **more: object) -> str:
    return json.dumps({"type": kind, **more})


async def nova(*said: str | bytes) -> Script:
    script = Script(*said)
    engine = NovaEngine(HELLO, ListenSettings(endpointing_ms=None, interims=False), Ears(), "r")
    await talk_nova(script, engine, 30, 10_000)  # type: ignore[arg-type]
    return script


async def flux(*said: str | bytes) -> Script:
    script = Script(*said)
    settings = FluxSettings(eot_threshold=1.0)
    await talk_flux(script, FluxEngine(HELLO, settings, 0, "r"), 30, 10_000)  # type: ignore[arg-type]
    return script


# --- addresses ----------------------------------------------------------------------------------------


def test_a_v1_address_is_read() -> None:
    more = {"interim_results": "true", "endpointing": "300", "utterance_end_ms": "1000", "vad_events": "true"}
    assert listen_settings(QueryParams({**NOVA, **more})) == ListenSettings(
        16_000, "nova-3", interims=True, endpointing_ms=300, utterance_end_ms=1_000, vad_events=True
    )
    assert listen_settings(QueryParams({**NOVA, "endpointing": "false"})) == ListenSettings(
        interims=False, endpointing_ms=None
    )


def test_a_v2_address_is_read() -> None:
    more = {"eager_eot_threshold": "0.4", "eot_threshold": "0.8", "eot_timeout_ms": "3000"}
    assert flux_settings(QueryParams({**FLUX, **more})) == FluxSettings(16_000, 0.4, 0.8, 3_000)
    assert flux_settings(QueryParams(FLUX)) == FluxSettings()


@pytest.mark.parametrize(
    "wrong",
    [{"encoding": "opus"}, {"sample_rate": "fast"}, {"sample_rate": "1"}, {"model": ""}],
)
def test_an_address_that_can_not_be_is_none(wrong: dict[str, str]) -> None:
    assert listen_settings(QueryParams({**NOVA, **wrong})) is None
    assert flux_settings(QueryParams({**FLUX, **wrong})) is None


def test_each_model_has_its_own_address() -> None:
    assert listen_settings(QueryParams(FLUX)) is None
    assert flux_settings(QueryParams(NOVA)) is None


@pytest.mark.parametrize(
    ("status", "code"),
    [(401, "INVALID_AUTH"), (429, "TOO_MANY_REQUESTS"), (400, "Bad Request"), (500, "INTERNAL_SERVER_ERROR")],
)
def test_an_error_has_the_vendors_shape(status: int, code: str) -> None:
    body = error_body("r-1", status)
    assert (body["err_code"], body["request_id"]) == (code, "r-1")


# --- conversations ------------------------------------------------------------------------------------


async def test_finalize_is_answered_after_its_pause() -> None:
    script = await nova(bytes(16_000), control("KeepAlive"), control("Finalize"))
    assert [message["from_finalize"] for message in script.heard] == [True]
    assert script.pauses == [30]


async def test_a_client_that_falls_silent_is_left() -> None:
    script = await nova(bytes(16_000))
    assert script.closed is not None
    assert script.closed[0] == 1011
    assert script.closed[1].startswith("NET-0001")


@pytest.mark.parametrize("end", [control("CloseStream"), b""])
async def test_a_stream_is_ended(end: str | bytes) -> None:
    script = await nova(bytes(16_000), end, control("Finalize"))
    assert [message["type"] for message in script.heard] == ["Results", "Metadata"]
    assert script.closed == (1000, "")


@pytest.mark.parametrize("odd", [control("Dance"), "no JSON", "[]"])
async def test_what_is_not_in_the_protocol_is_an_error(odd: str) -> None:
    assert [message["type"] for message in (await nova(odd)).heard] == ["Error"]
    script = await flux(odd)
    assert [message["type"] for message in script.heard] == ["Connected", "Error"]
    assert script.closed == (1008, "unknown message")


async def test_a_turn_is_ended_by_force() -> None:
    script = await flux(
        bytes(16_000), control("Configure", thresholds={"eot_timeout_ms": 9_000}), control("ForceEndTurn")
    )
    events = [message.get("event", message["type"]) for message in script.heard]
    assert events == ["Connected", "StartOfTurn", "Update", "Update", "ConfigureSuccess", "EndOfTurn"]


async def test_a_flux_stream_is_ended_without_ending_the_turn() -> None:
    script = await flux(bytes(9_600), control("CloseStream"))
    assert [message.get("event") for message in script.heard][-1] == "Update"
    assert script.closed == (1000, "")

"""How a Deepgram double talks with one client."""

from __future__ import annotations

import json
from collections.abc import Mapping

from starlette.datastructures import QueryParams

from antiphon.testing.vendors.conversation import Conversation
from antiphon.testing.vendors.exchange import Payload
from antiphon.testing.vendors.flux_engine import FluxEngine, FluxSettings
from antiphon.testing.vendors.nova_engine import ListenSettings, NovaEngine

IDLE_REASON = "NET-0001: no audio data or text message was received within the timeout window"
_CODES = {
    401: "INVALID_AUTH",
    402: "ASR_PAYMENT_REQUIRED",
    403: "INSUFFICIENT_PERMISSIONS",
    429: "TOO_MANY_REQUESTS",
}


def error_body(request_id: str, status: int) -> Mapping[str, object]:
    """The body of a refused handshake."""
    return {
        "err_code": _CODES.get(status, "INTERNAL_SERVER_ERROR" if status >= 500 else "Bad Request"),
        "err_msg": f"The double refuses with status {status}.",
        "request_id": request_id,
    }


def listen_settings(query: QueryParams) -> ListenSettings | None:
    """What a v1 client asks for; ``None`` if that can't be."""
    endpointing = query.get("endpointing", "10")
    try:
        settings = ListenSettings(
            rate_hz=int(query.get("sample_rate", "")),
            model=query.get("model", ""),
            interims=query.get("interim_results") == "true",
            endpointing_ms=None if endpointing == "false" else int(endpointing),
            utterance_end_ms=int(query["utterance_end_ms"]) if "utterance_end_ms" in query else None,
            vad_events=query.get("vad_events") == "true",
        )
    except ValueError:
        return None
    if query.get("encoding") != "linear16" or not settings.model or settings.model.startswith("flux"):
        return None
    return settings if 8_000 <= settings.rate_hz <= 48_000 else None


def flux_settings(query: QueryParams) -> FluxSettings | None:
    """What a v2 client asks for; ``None`` if that can't be."""
    try:
        settings = FluxSettings(
            rate_hz=int(query.get("sample_rate", "")),
            eager_eot_threshold=(
                float(query["eager_eot_threshold"]) if "eager_eot_threshold" in query else None
            ),
            eot_threshold=float(query.get("eot_threshold", "0.7")),
            eot_timeout_ms=float(query.get("eot_timeout_ms", "5000")),
        )
    except ValueError:
        return None
    if query.get("encoding") != "linear16" or not query.get("model", "").startswith("flux"):
        return None
    return settings if 8_000 <= settings.rate_hz <= 48_000 else None


async def talk_nova(
    conversation: Conversation, engine: NovaEngine, finalize_ms: float, idle_timeout_ms: float
) -> None:
    """A v1 conversation, until the client ends it or falls silent."""
    async for message in conversation.incoming(idle_timeout_ms):
        if isinstance(message, bytes) and message:
            await conversation.say(list(engine.hear(message)))
            continue
        match "CloseStream" if isinstance(message, bytes) else _kind(message):
            case "KeepAlive" | "Configure":
                continue
            case "Finalize":
                await conversation.exchange.pause(finalize_ms)
                await conversation.say(list(engine.finalize()))
            case "CloseStream":
                await conversation.exchange.pause(finalize_ms)
                await conversation.say(list(engine.close()))
                await conversation.close(1000)
                return
            case _:
                error = {"type": "Error", "variant": "SchemaError", "description": "unknown message"}
                await conversation.say([error])
    await conversation.close(1011, IDLE_REASON)


async def talk_flux(
    conversation: Conversation, engine: FluxEngine, finalize_ms: float, idle_timeout_ms: float
) -> None:
    """A v2 conversation, until the client ends it or falls silent."""
    await conversation.say([engine.connected()])
    async for message in conversation.incoming(idle_timeout_ms):
        if isinstance(message, bytes):
            await conversation.say(list(engine.hear(message)))
            continue
        match _kind(message):
            case "Configure":
                await conversation.say([engine.configure(json.loads(message))])
            case "ForceEndTurn":
                await conversation.exchange.pause(finalize_ms)
                await conversation.say(list(engine.force_end_turn()))
            case "CloseStream":
                await conversation.exchange.pause(finalize_ms)
                await conversation.say(list(engine.close()))
                await conversation.close(1000)
                return
            case kind:
                await conversation.say([engine.error("UNPARSABLE_CLIENT_MESSAGE", f"unknown type {kind}")])
                await conversation.close(1008, "unknown message")
                return
    await conversation.close(1011, IDLE_REASON)


def _kind(message: Payload) -> str:
    try:
        parsed = json.loads(message)
    except ValueError:
        return ""
    return str(parsed.get("type", "")) if isinstance(parsed, dict) else ""

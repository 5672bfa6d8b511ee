"""How an OpenAI double talks with one client of realtime transcription."""

from __future__ import annotations

import json

from antiphon.testing.vendors.conversation import Conversation
from antiphon.testing.vendors.realtime_engine import RealtimeEngine


async def talk_realtime(conversation: Conversation, engine: RealtimeEngine, finalize_ms: float) -> None:
    """A session, until the client leaves."""
    conversation.exchange.complete()  # a session has no end but the client's leaving
    await conversation.say([engine.created()])
    async for message in conversation.incoming():
        try:
            event = json.loads(message)
        except ValueError:
            event = None
        if not isinstance(event, dict):
            await conversation.say([engine.unknown("no JSON object")])
            continue
        match event.get("type"):
            case "session.update":
                await conversation.say([engine.update(event)])
            case "input_audio_buffer.append":
                await conversation.say(list(engine.append(event)))
            case "input_audio_buffer.commit":
                at_once, transcribed = engine.commit()
                await conversation.say(at_once)
                await conversation.exchange.pause(finalize_ms)
                await conversation.say(transcribed)
            case kind:
                await conversation.say([engine.unknown(str(kind))])

"""A session of realtime transcription, as the double holds it."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from antiphon.testing.vendors.realtime_engine import RealtimeEngine
from antiphon.testing.vendors.realtime_talk import talk_realtime
from antiphon.testing.vendors.speech_source import ScriptedSpeech, spoken

AUDIO_INPUT = {"format": {"type": "audio/pcm", "rate": 24_000}, "transcription": {"model": "gpt-transcribe"}}
SESSION = {"type": "transcription", "audio": {"input": AUDIO_INPUT}}


class Script:
    """A conversation with a client whose words are known beforehand."""

    def __init__(self, *said: str) -> None:
        self._said = said
        self.heard: list[str] = []
        self.exchange = self

    async def incoming(self) -> AsyncIterator[str]:
        for message in self._said:
            yield message

    async def say(self, messages: Sequence[Mapping[str, Any]]) -> None:
        self.heard += [message["type"].removeprefix("conversation.item.") for message in messages]

    async def pause(self, ms: float) -> None:
        self.heard.append(f"pause of {ms:g} ms")

    def complete(self) -> None:
        pass


async def talk(*events: Mapping[str, object] | str) -> list[str]:
    script = Script(*(event if isinstance(event, str) else json.dumps(event) for event in events))
    engine = RealtimeEngine(lambda _: ScriptedSpeech(spoken("yes", 0, 100)), 0)
    await talk_realtime(script, engine, 30)  # type: ignore[arg-type]
    return script.heard


async def test_a_commit_is_confirmed_at_once_and_transcribed_after_a_pause() -> None:
    assert await talk(
        {"type": "session.update", "session": SESSION},
        {"type": "input_audio_buffer.append", "audio": base64.b64encode(bytes(9_600)).decode()},
        {"type": "input_audio_buffer.commit"},
    ) == [
        "session.created",
        "session.updated",
        "input_audio_buffer.committed",
        "pause of 30 ms",
        "input_audio_transcription.delta",
        "input_audio_transcription.completed",
    ]


async def test_what_is_not_in_the_protocol_is_an_error() -> None:
    assert await talk({"type": "response.create"}, "no JSON", "[]") == ["session.created", *["error"] * 3]

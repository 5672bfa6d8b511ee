"""The OpenAI double as the official client sees it."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
import numpy as np
import openai
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from antiphon.errors import ConfigError
from antiphon.testing.vendors import OpenAIDouble, spoken


@asynccontextmanager
async def client_of(double: OpenAIDouble, key: str = "k") -> AsyncIterator[openai.AsyncOpenAI]:
    async with double, openai.AsyncOpenAI(api_key=key, base_url=double.url, max_retries=0) as client:
        yield client


async def test_chat() -> None:
    async with client_of(OpenAIDouble("echo")) as client:
        answer = await client.chat.completions.create(model="m", messages=[{"role": "user", "content": "hi"}])
        assert answer.choices[0].message.content == "You said: hi"
        stream = await client.chat.completions.create(
            model="m", messages=[{"role": "user", "content": "hi"}], stream=True
        )
        text = "".join([chunk.choices[0].delta.content or "" async for chunk in stream])
    assert text == "You said: hi"


async def test_speech() -> None:
    async with client_of(OpenAIDouble()) as client:
        answer = await client.audio.speech.create(model="m", voice="alloy", input="hi", response_format="pcm")
    assert len(answer.content) == 2 * 24_000 * 120 // 1_000


async def test_embeddings_in_the_clients_own_encoding() -> None:
    async with client_of(OpenAIDouble()) as client:
        answer = await client.embeddings.create(model="m", input=["one", "one"])
    assert np.allclose(answer.data[0].embedding, answer.data[1].embedding)


async def test_models() -> None:
    async with client_of(OpenAIDouble()) as client:
        assert "gpt-4.1-mini" in [model.id async for model in client.models.list()]


async def test_realtime_transcription() -> None:
    async with (
        client_of(OpenAIDouble(script=spoken("hello there", 0, 200))) as client,
        client.realtime.connect(extra_query={"intent": "transcription"}) as connection,
    ):
        await connection.session.update(
            session={
                "type": "transcription",
                "audio": {
                    "input": {
                        "format": {"type": "audio/pcm", "rate": 24_000},
                        "transcription": {"model": "gpt-live-transcribe"},
                        "turn_detection": None,
                    }
                },
            }
        )
        await connection.input_audio_buffer.append(audio=base64.b64encode(bytes(48_000)).decode())
        await connection.input_audio_buffer.commit()
        kinds = []
        async for event in connection:
            kinds.append(event.type.rpartition(".")[2])
            if kinds[-1] == "completed":
                break
    assert kinds == ["created", "updated", "delta", "delta", "committed", "completed"]


async def test_a_wrong_key_is_refused_everywhere() -> None:
    double = OpenAIDouble(keys={"right"})
    async with client_of(double, "wrong") as client:
        with pytest.raises(openai.AuthenticationError):
            await client.models.list()
        with pytest.raises(openai.AuthenticationError) as refused:
            await client.embeddings.create(model="m", input="x")
        with pytest.raises(InvalidStatus, match="401"):
            await connect(double.url.replace("http", "ws") + "/realtime?intent=transcription")
    assert refused.value.code == "invalid_api_key"
    assert refused.value.request_id == "req_embeddings_0"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/chat/completions", b"no JSON"),
        ("/chat/completions", b"[]"),
        ("/chat/completions", b"{}"),
        ("/embeddings", b"{}"),
        ("/audio/speech", b"{}"),
    ],
)
async def test_a_request_that_is_none_is_refused(path: str, body: bytes) -> None:
    async with OpenAIDouble() as double, httpx2.AsyncClient() as client:
        answer = await client.post(double.url + path, content=body)
    assert answer.status_code == 400
    assert set(json.loads(answer.text)["error"]) == {"message", "type", "param", "code"}


async def test_a_client_that_leaves_in_the_middle_of_its_request_is_forgotten(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with OpenAIDouble("echo") as double, httpx2.AsyncClient() as other:
        address = httpx2.URL(double.url)
        _, writer = await asyncio.open_connection(address.host, address.port)
        writer.write(b"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{")
        await writer.drain()
        writer.transport.abort()
        assert (await other.get(f"{double.url}/models")).status_code == 200
    assert "chat" not in {request.route for request in double.requests}
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


async def test_a_realtime_session_is_for_transcription() -> None:
    async with OpenAIDouble() as double:
        with pytest.raises(InvalidStatus, match="400"):
            await connect(double.url.replace("http", "ws") + "/realtime?model=gpt-realtime")


async def test_it_says_how_to_be_used() -> None:
    async with OpenAIDouble() as double:
        assert double.environ() == {"OPENAI_BASE_URL": double.url}


def test_a_script_and_utterances_are_one_too_many() -> None:
    with pytest.raises(ConfigError, match="a script or utterances, not both"):
        OpenAIDouble(script=spoken("x", 0), utterances=["x"])

"""The Deepgram double as any client of Deepgram's sees it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus

from antiphon.errors import ConfigError
from antiphon.testing.vendors import DeepgramDouble, Profile, spoken, voiced_audio

V1 = "/v1/listen?model=nova-3&encoding=linear16&sample_rate=16000&interim_results=true&endpointing=300"
V2 = "/v2/listen?model=flux-general-en&encoding=linear16&sample_rate=16000"


def address(double: DeepgramDouble, path: str) -> str:
    return double.url.replace("http", "ws") + path


async def until(client: ClientConnection, **wanted: Any) -> dict[str, Any]:
    """The first message that has certain fields."""
    while True:
        message: dict[str, Any] = json.loads(await client.recv())
        if wanted.items() <= message.items():
            return message


async def test_v1_hears_a_script() -> None:
    async with (
        DeepgramDouble(spoken("hello there", 0, 200)) as double,
        connect(address(double, V1)) as client,
    ):
        await client.send(bytes(32_000))
        final = await until(client, is_final=True)
        await client.send('{"type": "CloseStream"}')
        metadata = await until(client, type="Metadata")
    assert final["channel"]["alternatives"][0]["transcript"] == "hello there"
    assert final["metadata"]["request_id"] == metadata["request_id"]
    (record,) = double.requests
    assert (record.route, record.audio_bytes) == ("listen", 32_000)


async def test_v2_hears_utterances_where_there_is_sound() -> None:
    utterances = ["good morning", "good night"]
    double = DeepgramDouble(utterances=utterances, ms_per_word=100, gap_ms=500)
    async with double, connect(address(double, V2)) as client:
        audio = voiced_audio((100, 400), (2_000, 2_300), rate_hz=16_000)
        await client.send(audio.astype("<i2").tobytes())
        turns = [(await until(client, event="EndOfTurn"))["transcript"] for _ in range(2)]
    assert turns == utterances
    assert double.requests[0].route == "flux"


async def test_every_connection_hears_it_from_the_beginning() -> None:
    async with DeepgramDouble(utterances=["one", "two"], ms_per_word=100) as double:
        for _ in range(2):
            async with connect(address(double, V2)) as client:
                await client.send(voiced_audio((0, 200), rate_hz=16_000).astype("<i2").tobytes())
                assert (await until(client, event="EndOfTurn"))["transcript"] == "one"


@pytest.mark.parametrize("path", ["/v1/listen", "/v1/listen?model=nova-3", V2.replace("v2", "v1")])
async def test_an_address_that_can_not_be_is_refused(path: str) -> None:
    async with DeepgramDouble() as double:
        with pytest.raises(InvalidStatus) as refused:
            await connect(address(double, path))
    response = refused.value.response
    assert response.status_code == 400
    assert json.loads(response.body or b"")["request_id"] == response.headers["dg-request-id"]


async def test_a_wrong_key_is_refused() -> None:
    async with DeepgramDouble(keys={"right"}) as double:
        with pytest.raises(InvalidStatus) as refused:
            await connect(address(double, V1), additional_headers={"Authorization": "Token wrong"})
        assert refused.value.response.status_code == 401
        async with connect(address(double, V1), additional_headers={"Authorization": "Token right"}):
            pass


async def test_it_says_how_to_be_used() -> None:
    async with DeepgramDouble() as double:
        assert double.environ() == {"DEEPGRAM_BASE_URL": double.url}
        assert double.url == f"http://{double.address}"


def test_a_script_and_utterances_are_one_too_many() -> None:
    with pytest.raises(ConfigError, match="a script or utterances, not both"):
        DeepgramDouble(spoken("x", 0), utterances=["x"])


async def test_a_slow_vendor_is_slow_to_connect() -> None:
    async with DeepgramDouble(profile=Profile(connect_ms=60_000)) as double:
        with pytest.raises(TimeoutError):
            await connect(address(double, V1), open_timeout=0.05)

import sys

import numpy as np
import pytest

from antiphon.providers.stt.pocketsphinx_worker import RecognitionEngine, make_engine
from antiphon.providers.worker_child import RefusedError
from antiphon.providers.worker_wire import Facts, Kind, Message, pack

from .scripted_decoder import ScriptedDecoder, voice

WINDOW = 16_000


class FakeLink:
    def __init__(self) -> None:
        self.sent: list[Message] = []

    def send(self, kind: Kind, stream: int, payload: bytes | Facts = b"") -> None:
        self.sent.append(Message(kind, stream, pack(kind, stream, payload)[9:]))

    def of(self, stream: int, kind: Kind) -> list[Facts]:
        return [each.facts for each in self.sent if (each.kind, each.stream) == (kind, stream)]


class Bench:
    def __init__(self) -> None:
        self.link = FakeLink()
        self.decoders: list[ScriptedDecoder] = []
        facts = {"interim_every_ms": 100, "send_window_bytes": WINDOW}
        self.engine = RecognitionEngine(self._make, self.link, facts)  # type: ignore[arg-type]

    def _make(self) -> ScriptedDecoder:
        self.decoders.append(ScriptedDecoder())
        return self.decoders[-1]

    def take(self, kind: Kind, stream: int, payload: bytes | Facts = b"") -> None:
        self.engine.handle(Message(kind, stream, pack(kind, stream, payload)[9:]))

    def say(self, stream: int, seconds: float) -> None:
        audio = voice(seconds)
        for start in range(0, len(audio), 1_600):
            self.take(Kind.DATA, stream, audio[start : start + 1_600].tobytes())

    def run(self) -> None:
        for _ in range(1_000):
            if not self.engine.work():
                return
        raise AssertionError("the engine is never done")


@pytest.fixture
def bench() -> Bench:
    bench = Bench()
    bench.take(Kind.OPEN, 1)
    return bench


def test_audio_becomes_interims_and_a_flush_a_final(bench: Bench) -> None:
    bench.say(1, 1)
    bench.take(Kind.TELL, 1, {"flush": True})
    bench.run()
    assert [facts["text"] for facts in bench.link.of(1, Kind.UPDATE)] == ["what", "what time", "what time do"]
    (final,) = bench.link.of(1, Kind.TELL)
    assert final["text"] == "what time do"
    assert (final["start"], final["end"]) == (0, 16_000)


def test_a_flush_waits_for_the_audio_before_it_and_is_answered_before_what_follows(bench: Bench) -> None:
    bench.say(1, 0.6)
    bench.take(Kind.TELL, 1, {"flush": True})
    bench.say(1, 0.5)
    bench.take(Kind.TELL, 1, {"flush": True})
    bench.run()
    assert [facts["end"] for facts in bench.link.of(1, Kind.TELL)] == [9_600, 17_600]


def test_the_end_makes_final_what_is_pending_and_nothing_else(bench: Bench) -> None:
    bench.take(Kind.OPEN, 2)
    bench.say(1, 1)
    for stream in (1, 2):
        bench.take(Kind.TELL, stream, {"end": True})
    bench.run()
    assert [facts["text"] for facts in bench.link.of(1, Kind.TELL)] == ["what time do"]
    assert bench.link.of(2, Kind.TELL) == []
    assert len(bench.link.of(1, Kind.ENDED)) == len(bench.link.of(2, Kind.ENDED)) == 1


def test_what_is_decoded_is_credited(bench: Bench) -> None:
    bench.say(1, 1)
    bench.run()
    credited = sum(facts["bytes"] for facts in bench.link.of(1, Kind.CREDIT))
    assert 32_000 - WINDOW // 4 < credited <= 32_000


def test_calls_take_turns(bench: Bench) -> None:
    bench.take(Kind.OPEN, 2)
    bench.say(1, 2)
    bench.say(2, 1)
    bench.run()
    order = [each.stream for each in bench.link.sent if each.kind is Kind.UPDATE]
    assert order.index(2) < len(order) - 1 - order[::-1].index(1)
    assert set(order[:2]) == {1, 2}


def test_decoders_are_used_again_but_never_shared(bench: Bench) -> None:
    bench.take(Kind.OPEN, 2)
    assert len(bench.decoders) == 2
    bench.say(1, 1)
    bench.run()
    bench.take(Kind.CLOSE, 1)
    assert not any(decoder.running for decoder in bench.decoders)
    bench.take(Kind.OPEN, 3)
    assert len(bench.decoders) == 2


def test_messages_for_a_call_that_is_over_are_dropped(bench: Bench) -> None:
    bench.take(Kind.CLOSE, 1)
    bench.take(Kind.DATA, 1, np.zeros(10, np.int16).tobytes())
    bench.take(Kind.CLOSE, 1)
    bench.run()
    assert bench.link.sent == []


def test_a_missing_package_is_refused_with_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pocketsphinx", None)
    monkeypatch.delitem(sys.modules, "antiphon.providers.stt.pocketsphinx_decoders", raising=False)
    with pytest.raises(RefusedError) as refused:
        make_engine({"handbook": None}, FakeLink())  # type: ignore[arg-type]
    assert refused.value.facts["extra"] == "pocketsphinx"

from collections import deque
from collections.abc import Callable

import pytest

from antiphon.providers.tts.espeak_worker import PIECE, SpeechEngine
from antiphon.providers.worker_child import RefusedError
from antiphon.providers.worker_wire import Facts, Kind, Message, pack

RATE_HZ = 1_000
FACTS = {"receive_window_bytes": 1_000, "clause_pause_ms": 100, "sentence_pause_ms": 200}


class FakeLibrary:
    """Speaks a character in ten samples, a word at a time."""

    rate_hz = RATE_HZ

    def __init__(self) -> None:
        self.spoken: list[str] = []

    def synthesise(self, text: str, on_audio: Callable[[bytes, list[tuple[int, int]]], bool]) -> None:
        self.spoken.append(text)
        at = 0
        for word in text.split():
            start = text.index(word, at)
            if not on_audio(b"\x10\x10" * 10 * len(word), [(start, 10 * (start - text[:start].count(" ")))]):
                return
            at = start + len(word)


class FakeLink:
    def __init__(self) -> None:
        self.sent: list[Message] = []
        self.closing: set[int] = set()

    def send(self, kind: Kind, stream: int, payload: bytes | Facts = b"") -> None:
        data = pack(kind, stream, payload)
        self.sent.append(Message(kind, stream, data[9:]))

    def is_closing(self, stream: int) -> bool:
        return stream in self.closing

    def audio(self, stream: int) -> int:
        """Samples sent."""
        return sum(
            len(each.payload) // 2 for each in self.sent if (each.kind, each.stream) == (Kind.DATA, stream)
        )


class Bench:
    def __init__(self) -> None:
        self.library, self.link = FakeLibrary(), FakeLink()
        self.engine = SpeechEngine(self.library, self.link, FACTS)  # type: ignore[arg-type]

    def open(self, stream: int) -> None:
        self.engine.handle(Message(Kind.OPEN, stream))

    def text(self, stream: int, text: str, segment: int = 0, *, last: bool = True) -> None:
        self.engine.handle(Message(Kind.DATA, stream, PIECE.pack(segment, last) + text.encode()))

    def tell(self, kind: Kind, stream: int, **facts: object) -> None:
        self.engine.handle(next(iter(deque([Message(kind, stream, pack(kind, stream, facts)[9:])]))))

    def run(self) -> None:
        for _ in range(1_000):
            if not self.engine.work():
                return
        raise AssertionError("the engine is never done")


@pytest.fixture
def bench() -> Bench:
    bench = Bench()
    bench.open(1)
    return bench


def test_a_text_is_spoken_and_its_words_are_placed(bench: Bench) -> None:
    bench.text(1, "ab cd")
    bench.tell(Kind.TELL, 1, end=True)
    bench.run()
    told = [each.facts for each in bench.link.sent if each.kind is Kind.TELL]
    assert told == [
        {"segment": 0, "words": [["ab", 0, 20]]},
        {"segment": 0, "words": [["cd", 20, 40]]},
    ]
    assert bench.link.audio(1) == 40
    assert bench.link.sent[-1] == Message(Kind.ENDED, 1)


def test_times_go_on_over_segments_and_their_pauses(bench: Bench) -> None:
    bench.text(1, "ab,", segment=0)
    bench.text(1, "cd.", segment=1)
    bench.text(1, "ef", segment=2)
    bench.tell(Kind.TELL, 1, end=True)
    bench.run()
    told = [each.facts for each in bench.link.sent if each.kind is Kind.TELL]
    words = [word for facts in told for word in facts["words"]]
    assert words == [["ab,", 0, 30], ["cd.", 130, 160], ["ef", 360, 380]]
    assert bench.link.audio(1) == 30 + 100 + 30 + 200 + 20


def test_nothing_follows_the_last_segment_however_late_its_end_is_known(bench: Bench) -> None:
    bench.text(1, "ab,", segment=0)
    bench.text(1, "cd.", segment=1)
    bench.run()
    bench.tell(Kind.TELL, 1, end=True)
    bench.run()
    assert bench.link.audio(1) == 30 + 100 + 30


def test_a_text_that_goes_on_keeps_the_voice_up(bench: Bench) -> None:
    bench.text(1, "we are open", last=False)
    bench.run()
    bench.text(1, "on Sunday")
    bench.run()
    bench.text(1, "and Monday")
    bench.tell(Kind.TELL, 1, end=True)
    bench.run()
    assert bench.library.spoken == ["we are open,", "on Sunday,", "and Monday"]
    told = [each.facts["words"] for each in bench.link.sent if each.kind is Kind.TELL]
    assert " ".join(word for words in told for word, _, _ in words) == "we are open on Sunday and Monday"


def test_nobody_who_listens_slowly_gets_more_than_he_can_hold(bench: Bench) -> None:
    for segment in range(5):
        bench.text(1, f"{'a' * 59},", segment=segment)
    bench.tell(Kind.TELL, 1, end=True)
    bench.run()
    assert len(bench.library.spoken) == 1  # it took all credit, and the next one waits
    assert bench.link.audio(1) == 600
    while bench.link.sent[-1].kind is not Kind.ENDED:
        bench.tell(Kind.CREDIT, 1, bytes=1_000)
        bench.run()
    assert bench.link.audio(1) == 5 * 600 + 4 * 100


def test_streams_take_turns(bench: Bench) -> None:
    bench.open(2)
    for number in range(3):
        bench.text(1, f"one{number}", segment=number)
        bench.text(2, f"two{number}", segment=number)
    bench.run()
    assert [text.rstrip(",") for text in bench.library.spoken] == [
        "one0",
        "two0",
        "one1",
        "two1",
        "one2",
        "two2",
    ]


def test_a_stream_that_is_closed_stops_in_the_midst_of_a_text(bench: Bench) -> None:
    bench.text(1, "a b c d")
    bench.link.closing.add(1)
    bench.run()
    assert bench.link.audio(1) == 10
    bench.engine.handle(Message(Kind.CLOSE, 1))
    bench.text(1, "more")
    bench.run()
    assert len(bench.library.spoken) == 1


def test_text_spoken_gives_credit_for_more(bench: Bench) -> None:
    bench.text(1, "abc")
    bench.run()
    (credit,) = [each.facts for each in bench.link.sent if each.kind is Kind.CREDIT]
    assert credit == {"bytes": PIECE.size + 3}


@pytest.mark.embedded
def test_a_missing_package_is_refused_with_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    from antiphon.providers.tts import espeak_worker

    monkeypatch.setitem(__import__("sys").modules, "espeakng_loader", None)
    monkeypatch.delitem(__import__("sys").modules, "antiphon.providers.tts.espeak_library", raising=False)
    with pytest.raises(RefusedError) as refused:
        espeak_worker.make_engine({"voice": "en-gb"}, FakeLink())  # type: ignore[arg-type]
    assert refused.value.facts["extra"] == "espeak"

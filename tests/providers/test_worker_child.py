import os
from collections.abc import Iterator

import pytest

from antiphon.providers.worker_child import Link
from antiphon.providers.worker_wire import Kind, Message, Unpacker, pack


class Parent:
    def __init__(self) -> None:
        reading, self.writing = os.pipe()
        self.reading, writing = os.pipe()
        self.link = Link(reading, writing)
        self._child = [reading, writing]

    def send(self, kind: Kind, stream: int, payload: bytes = b"") -> None:
        os.write(self.writing, pack(kind, stream, payload))

    def close(self) -> None:
        os.close(self.writing)
        self.writing = -1

    def close_all(self) -> None:
        for end in (self.reading, self.writing, *self._child):
            if end >= 0:
                os.close(end)


@pytest.fixture
def parent() -> Iterator[Parent]:
    parent = Parent()
    yield parent
    parent.close_all()


def test_messages_are_received_in_order(parent: Parent) -> None:
    parent.send(Kind.OPEN, 1)
    parent.send(Kind.DATA, 1, b"abc")
    assert parent.link.receive(wait=True) == Message(Kind.OPEN, 1)
    assert parent.link.receive(wait=True) == Message(Kind.DATA, 1, b"abc")
    assert parent.link.receive(wait=False) is None


def test_waiting_goes_on_until_a_message_is_whole(parent: Parent) -> None:
    data = pack(Kind.DATA, 1, b"abc")
    os.write(parent.writing, data[:5])
    assert parent.link.receive(wait=False) is None
    os.write(parent.writing, data[5:])
    assert parent.link.receive(wait=True) == Message(Kind.DATA, 1, b"abc")


def test_a_closing_is_seen_before_its_turn(parent: Parent) -> None:
    parent.send(Kind.DATA, 1, b"abc")
    assert not parent.link.is_closing(1)
    parent.send(Kind.CLOSE, 1)
    assert parent.link.is_closing(1)
    assert not parent.link.is_closing(2)
    assert parent.link.receive(wait=True) == Message(Kind.DATA, 1, b"abc")
    assert parent.link.receive(wait=True) == Message(Kind.CLOSE, 1)


def test_a_parent_that_has_gone_is_noticed_each_time(parent: Parent) -> None:
    parent.close()
    for _ in range(2):
        with pytest.raises(EOFError):
            parent.link.receive(wait=False)
    with pytest.raises(EOFError):
        parent.link.is_closing(1)


def test_what_is_sent_arrives(parent: Parent) -> None:
    parent.link.send(Kind.TELL, 3, {"text": "café"})
    (message,) = Unpacker().feed(os.read(parent.reading, 1_000))
    assert message.facts == {"text": "café"}

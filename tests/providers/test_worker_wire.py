import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.providers.worker_wire import HEADER, MAX_PAYLOAD_BYTES, Kind, Message, Unpacker, pack

messages = st.builds(Message, st.sampled_from(Kind), st.integers(0, 2**32 - 1), st.binary(max_size=300))


@given(st.lists(messages, max_size=10), st.integers(1, 50))
def test_messages_are_found_however_the_bytes_are_cut(sent: list[Message], size: int) -> None:
    data = b"".join(pack(message.kind, message.stream, message.payload) for message in sent)
    unpacker = Unpacker()
    found = [
        message
        for start in range(0, len(data), size)
        for message in unpacker.feed(data[start : start + size])
    ]
    assert found == sent


@given(st.dictionaries(st.text(), st.none() | st.integers() | st.text() | st.lists(st.integers())))
def test_facts_come_out_as_they_went_in(facts: dict[str, object]) -> None:
    (message,) = Unpacker().feed(pack(Kind.TELL, 7, facts))
    encodable = [text for item in facts.items() for text in item if isinstance(text, str)]
    if all(text.isprintable() for text in encodable):
        assert message.facts == facts
    assert (message.kind, message.stream) == (Kind.TELL, 7)


def test_a_message_without_payload_says_nothing() -> None:
    assert Message(Kind.READY, 0).facts == {}


@given(st.binary(min_size=HEADER.size, max_size=200))
def test_any_bytes_are_messages_or_refused(data: bytes) -> None:
    try:
        for message in Unpacker().feed(data):
            assert len(message.payload) <= MAX_PAYLOAD_BYTES
    except ValueError:
        pass


def test_a_payload_that_is_too_long_is_refused_at_either_end() -> None:
    with pytest.raises(ValueError, match="at most"):
        pack(Kind.DATA, 1, bytes(MAX_PAYLOAD_BYTES + 1))
    with pytest.raises(ValueError, match="at most"):
        list(Unpacker().feed(HEADER.pack(Kind.DATA, 1, MAX_PAYLOAD_BYTES + 1)))

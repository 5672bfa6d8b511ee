from __future__ import annotations

from itertools import islice
from random import Random

from antiphon.errors import PeerError
from antiphon.testing.hostile import hostile_hello, hostile_messages
from antiphon.transports.websocket_wire import Hello, read_message, unpack


def test_the_same_seed_gives_the_same_messages() -> None:
    first, again, other = (list(islice(hostile_messages(seed), 300)) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_they_are_of_every_kind() -> None:
    good = bad = 0
    for message in islice(hostile_messages(1), 1_000):
        try:
            if isinstance(message, str):
                read_message(message)
            else:
                unpack(message, 16_000)
            good += 1
        except PeerError:
            bad += 1
    assert good > 200
    assert bad > 200


def test_most_calls_begin_well_so_that_what_follows_is_heard() -> None:
    random = Random(1)
    hellos = [hostile_hello(random) for _ in range(200)]
    assert 150 < hellos.count(Hello().write()) < 200

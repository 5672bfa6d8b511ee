"""What the scripted model answers."""

from hypothesis import given
from hypothesis import strategies as st

from antiphon.core.messages import Message
from antiphon.core.segmenter import Segmenter
from antiphon.simulation.chance import chance
from antiphon.simulation.profile import Model
from antiphon.simulation.replies import FUNCTION_WORDS, QUESTION, ReplyKind, replier
from antiphon.simulation.sentences import own_sentences
from antiphon.simulation.vendor_log import silent_tag_of, tags_in

SAID = st.sampled_from([sentence.text for sentence in (*own_sentences().full, *own_sentences().short)])


def reply_to(said: str, kind: ReplyKind, *, asks: bool = False, seed: int = 0) -> str:
    write = replier(kind, Model(), lambda: 3, {3} if asks else set())
    return write((Message("user", said),), 17, chance(seed))


def first_segment(text: str) -> str:
    segmenter = Segmenter()
    found: list[str] = []
    for number, token in enumerate(text.split()):
        found += segmenter.push(f" {token}" if number else token)
        if found:
            break
    return found[0]


@given(SAID, st.sampled_from(ReplyKind), st.integers(0, 1_000))
def test_the_tag_is_in_the_first_clause_and_the_length_is_as_the_profile_says(
    said: str, kind: ReplyKind, seed: int
) -> None:
    reply = reply_to(said, kind, seed=seed)
    assert set(tags_in(first_segment(reply))) == {17}
    assert 25 <= len(reply.split()) <= 60


@given(SAID)
def test_an_echo_begins_with_the_last_two_words(said: str) -> None:
    assert reply_to(said, ReplyKind.ECHO).split()[: min(2, len(said.split()))] == said.split()[-2:]


@given(SAID, st.integers(0, 1_000))
def test_an_acknowledgement_holds_at_most_the_first_content_words(said: str, seed: int) -> None:
    clause, _, _ = reply_to(said, ReplyKind.ACKNOWLEDGING, seed=seed).partition(",")
    content = [word for word in said.split() if word.lower() not in FUNCTION_WORDS]
    said_back = clause.split()[clause.split().index(silent_tag_of(17)) + 1 :]
    assert said_back == content[: len(said_back)]
    assert len(said_back) <= 2


def test_a_reply_asks_where_the_script_wants_a_question() -> None:
    assert reply_to("for two", ReplyKind.ECHO, asks=True).endswith(QUESTION)
    assert not reply_to("for two", ReplyKind.ECHO).endswith("?")


def test_something_is_said_even_to_nothing() -> None:
    assert reply_to("", ReplyKind.ECHO).startswith("yes k17,")
    assert set(tags_in(reply_to("?", ReplyKind.ACKNOWLEDGING))) == {17}

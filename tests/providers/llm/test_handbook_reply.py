from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.core.messages import Message
from antiphon.providers.handbook_text import parse_handbook
from antiphon.providers.llm.handbook_reply import MAX_SENTENCES, HandbookReplies

KIOSK = parse_handbook(files("antiphon").joinpath("data/kiosk.md").read_text(encoding="utf-8"))
REPLIES = HandbookReplies(KIOSK)
UNKNOWN = "I do not know that"


def reply(*turns: str) -> str:
    """The reply to the last turn; replies to those before it are in the history."""
    messages = [Message("system", "You work at a museum.")]
    answer = ""
    for turn in turns:
        messages.append(Message("user", turn))
        answer = REPLIES.reply(messages)
        messages.append(Message("assistant", answer))
    return answer


@pytest.mark.parametrize(
    ("question", "part"),
    [
        ("When are you open?", "Most days, we are open from ten until five."),
        ("what time do you open on sunday", "On Sunday, we open at eleven"),
        ("what time do you close on thursday", "On Thursday, we stay open late"),
        ("are you open on monday", "closed all day"),
        ("Are you open at the weekend?", "At the weekend,"),
        ("are you open on christmas day", "At Christmas, we are closed"),
        ("when is last entry", "Last entry is half an hour"),
        ("how much is it to get in", "An adult ticket is twelve pounds"),
        ("how much is a ticket for a child", "For a child, it is six pounds."),
        ("is there a student price", "For a student, it is eight pounds"),
        ("do you have a discount for people who live here", "live in Saltmarsh pay half"),
        ("can I pay by card", "You can pay by card"),
        ("what's your address", "number one Harbour Road"),
        ("how do I get there from the station", "it is a ten minute walk"),
        ("which bus do I take", "the number seven bus"),
        ("can i come by bike", "bicycle racks"),
        ("where can i park my car", "car park behind the museum"),
        ("do you have blue badge parking", "four spaces by the front door"),
        ("do I have to book", "you do not need to book"),
        ("I'd like to cancel my booking", "you can cancel up to two days before"),
        ("can i get my money back", "we give all your money back"),
        ("can I move my booking to friday", "you can change a booking"),
        ("how long does the tour take", "The tour takes an hour"),
        ("is there an audio guide in french", "They speak English, French"),
        ("can we come with a school group", "groups of ten or more"),
        ("when does the boat leave", "leaves at noon and at three"),
        ("how much does the boat trip cost", "The boat trip is fifteen pounds"),
        ("what if it rains", "In light rain"),
        ("can I come in with a wheelchair", "step free access"),
        ("can I borrow a wheelchair", "three wheelchairs"),
        ("is there a tour in sign language", "A tour in sign language"),
        ("where can I get lunch", "our café is on the ground floor"),
        ("when does the cafe close", "closes half an hour before it"),
        ("do you have vegan food", "a vegan soup"),
        ("can we bring a picnic", "picnic tables outside"),
        ("what can children do here", "the pirate ship"),
        ("can i bring my dog", "Well behaved dogs are welcome"),
        ("can i take pictures", "photographs are welcome everywhere"),
        ("I lost my umbrella", "kept at the front desk for three months"),
        ("is there somewhere to leave a suitcase", "Big suitcases can stay"),
        ("where is the gift shop", "the shop is by the exit"),
        ("where are the toilets", "behind the ticket desk"),
        ("how do I become a member", "forty pounds a year"),
        ("can I talk to a person", "our staff are at the front desk"),
        ("tell me about the lighthouse", "beside the lighthouse"),
    ],
)
def test_questions_are_answered_in_the_handbooks_words(question: str, part: str) -> None:
    assert part in reply(question)


@pytest.mark.parametrize(
    ("misheard", "part"),
    [
        ("what time do you clothes on sunday", "On Sunday, we open at eleven"),
        ("what time do you open on sun day sunday", "On Sunday, we open at eleven"),
        ("how much is a tickets there child", "For a child, it is six pounds."),
        ("where can i launch", "our café is on the ground floor"),
        ("is there a loft", "there is a lift by the entrance"),
        ("is there barking for disabled eat all", "four spaces by the front door"),
        ("where are the toy lets toilet", "behind the ticket desk"),
        ("how do i get there from the stations", "it is a ten minute walk"),
        ("can i come in we a wheelchair", "step free access"),
        ("when does and i get tour start", "a guided tour starts at eleven"),
        ("can i cancelled my booking", "you can cancel up to two days before"),
        ("are dogs allowed a the cafe", "Well behaved dogs are welcome"),
        ("i lost my am umbrella", "kept at the front desk for three months"),
        ("how much does the boat rip coast", "The boat trip is fifteen pounds"),
    ],
)
def test_words_that_were_misheard_are_made_out(misheard: str, part: str) -> None:
    assert part in reply(misheard)


@pytest.mark.parametrize(
    ("turns", "part"),
    [
        (("what time do you open on saturday", "and on sunday?"), "On Sunday, we open at eleven"),
        (("are you open on monday", "what about tuesday"), "On Tuesday, we are open"),
        (("how much is a ticket", "and for a child"), "For a child, it is six pounds."),
        (("how much is a ticket", "how about students"), "For a student"),
        (("do you have boat trips", "how much is that"), "The boat trip is fifteen pounds"),
        (("do you have boat trips", "thank you", "and how much is it"), "The boat trip is fifteen pounds"),
        (("is there a cafe", "when is it open"), "The café opens when the museum opens"),
        (("do you have guided tours", "how long is it"), "The tour takes an hour"),
        (("do you have guided tours", "and where are the toilets"), "behind the ticket desk"),
        (("how much is parking", "is that free with a blue badge"), "blue badge holders"),
        (("are you open on monday", "who is the king", "and tuesday"), "On Tuesday, we are open"),
    ],
)
def test_a_turn_goes_on_from_the_one_before(turns: tuple[str, ...], part: str) -> None:
    assert part in reply(*turns)


@pytest.mark.parametrize(
    "question", ["what is the capital of france", "tell me a joke", "who is the prime minister", "asdf qwer"]
)
def test_what_it_does_not_know_it_says_and_what_it_knows(question: str) -> None:
    answer = reply(question)
    assert UNKNOWN in answer
    assert "opening hours, tickets and prices" in answer


def test_courtesies_are_returned() -> None:
    assert reply("Hello!").startswith("Hello, this is Saltmarsh Harbour Museum.")
    assert reply("thank you").startswith("You are welcome.")
    assert reply("no thanks, that's all").startswith("Goodbye,")
    assert "opening hours" in reply("can you help me")
    assert reply("yes please").startswith("Of course,")
    assert reply("no").startswith("All right.")
    assert "did not catch" in reply("um")


def test_it_says_again_what_it_said() -> None:
    assert reply("where are the toilets", "pardon") == reply("where are the toilets")
    assert reply("pardon") == "What would you like to know?"


def test_turns_that_follow_one_another_are_one() -> None:
    messages = [Message("user", "what time do you close"), Message("user", "on thursday")]
    assert REPLIES.reply(messages).startswith("On Thursday,")


def test_nobody_has_said_anything() -> None:
    assert REPLIES.reply([]) == ""
    assert REPLIES.reply([Message("system", "Be brief."), Message("assistant", "Hello.")]) == ""


def test_a_handbook_without_headings_answers_too() -> None:
    replies = HandbookReplies(parse_handbook("Soup is served at noon. Bread is free."))
    assert replies.reply([Message("user", "when is soup served")]) == "Soup is served at noon. Bread is free."
    assert "what is in my handbook" in replies.reply([Message("user", "xylophone")])
    assert replies.reply([Message("user", "hello")]) == "Hello, what would you like to know?"


@pytest.mark.parametrize("entry", KIOSK.entries[1:], ids=lambda entry: str(entry.heading))
def test_each_question_of_the_handbook_gets_its_own_answer(entry: object) -> None:
    from antiphon.providers.handbook_text import Entry

    assert isinstance(entry, Entry)
    for question in entry.questions:
        answer = reply(question)
        own = (*entry.sentences, *(line.text for line in entry.lines))
        assert any(answer.startswith(sentence) for sentence in own), f"{question}: {answer}"


ROLES = ["user", "assistant", "system", "tool"]


@given(st.lists(st.tuples(st.sampled_from(ROLES), st.text(max_size=60)), max_size=8))
def test_any_history_has_a_reply_that_is_short_enough_to_listen_to(history: list[tuple[str, str]]) -> None:
    messages = [Message(role, text) for role, text in history]  # type: ignore[arg-type]
    answer = REPLIES.reply(messages)
    assert bool(answer) == any(role == "user" for role, _ in history)
    if answer not in (text for _, text in history):
        assert answer.count(". ") <= MAX_SENTENCES

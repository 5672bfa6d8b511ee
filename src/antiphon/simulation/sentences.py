"""What simulated callers say: sentences of our own, or anyone's from a file.

Ours are made from templates and the values of their slots, as people speak to a home assistant or book
something. A value's kind is kept, so that a caller can correct it to another of the same kind.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from antiphon.errors import ConfigError

SHORT_WORDS = 3  # a sentence this long or shorter is a short turn
_PER_TEMPLATE = 8
_SLOT = re.compile(r"\{(\w+)\}")
_MARK = re.compile(r"\[\s*(\w+)\s*:\s*([^\]]*?)\s*\]")

SLOTS: Mapping[str, tuple[str, ...]] = {
    "day": ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    "time": ("seven", "half past six", "nine in the morning", "noon", "eight thirty", "a quarter to five"),
    "count": ("two", "three", "four", "five", "six", "eight", "ten"),
    "room": ("kitchen", "living room", "bedroom", "hall", "garage", "bathroom", "study"),
    "device": ("light", "lamp", "heating", "fan", "radio", "coffee machine", "blinds"),
    "city": ("leeds", "porto", "vienna", "oslo", "lyon", "denver", "osaka", "cardiff"),
    "name": ("alice", "martin", "priya", "tom", "yusuf", "elena", "george"),
    "dish": ("pasta", "noodles", "pizza", "curry", "soup", "dumplings"),
    "item": ("milk", "eggs", "batteries", "apples", "washing powder", "candles"),
    "genre": ("jazz", "folk", "opera", "rock", "blues", "swing"),
    "topic": ("politics", "football", "science", "the economy", "gardening", "space"),
    "colour": ("red", "blue", "green", "warm white", "orange"),
    "length": ("ten minutes", "half an hour", "two hours", "forty minutes", "a week"),
    "doctor": ("doctor reed", "the dentist", "doctor osman", "the optician"),
}

TEMPLATES: tuple[tuple[str, str], ...] = (
    ("table_book", "book a table for {count} on {day} at {time}"),
    ("table_book", "i would like to come for dinner with {count} people on {day}"),
    ("table_change", "can you move my table from {day} to {day}"),
    ("table_cancel", "please cancel my booking for {count} on {day}"),
    ("taxi_order", "i need a taxi to the station at {time}"),
    ("train_query", "when does the next train to {city} leave on {day}"),
    ("train_ticket", "buy {count} tickets to {city} for {day}"),
    ("hotel_book", "find me a room in {city} for {count} nights from {day}"),
    ("flight_query", "how much is a flight to {city} on {day}"),
    ("weather_query", "what will the weather be like in {city} on {day}"),
    ("weather_query", "do i need an umbrella in {city} tomorrow"),
    ("light_on", "turn on the {device} in the {room}"),
    ("light_off", "switch the {device} off in the {room} please"),
    ("light_colour", "make the {room} lights {colour}"),
    ("heating_set", "set the heating in the {room} to eighteen degrees at {time}"),
    ("alarm_set", "wake me up at {time} on {day}"),
    ("alarm_query", "which alarms have i got for {day}"),
    ("timer_set", "start a timer for {length}"),
    ("music_play", "play some {genre} in the {room}"),
    ("music_query", "who is the singer of this {genre} song"),
    ("radio_play", "put on a station with {genre} for {length}"),
    ("news_query", "what is new in {topic} today"),
    ("calendar_add", "put lunch with {name} in my calendar for {day} at {time}"),
    ("calendar_query", "am i free on {day} after {time}"),
    ("calendar_remove", "delete the meeting with {name} on {day}"),
    ("list_add", "add {item} and {item} to the shopping list"),
    ("list_remove", "take {item} off my list"),
    ("message_send", "tell {name} that i will be {length} late"),
    ("message_query", "did {name} write to me on {day}"),
    ("call_place", "call {name} in {length}"),
    ("food_order", "order {dish} for {count} people at {time}"),
    ("food_query", "how long do you cook {dish} for"),
    ("recipe_query", "find a recipe for {dish} with {item}"),
    ("doctor_book", "make an appointment with {doctor} for {day} at {time}"),
    ("doctor_change", "could {doctor} see me on {day} instead of {day}"),
    ("reminder_set", "remind me to buy {item} at {time}"),
    ("order_status", "where is the parcel with the {item} i ordered on {day}"),
    ("refund_ask", "i want my money back for the {item} from {day}"),
    ("hours_query", "are you still open at {time} on {day}"),
    ("price_query", "what do {count} tickets for {day} cost"),
    ("sum_query", "what is {count} times {count}"),
    ("date_query", "what date is it on {day}"),
    ("fact_query", "how many people live in {city}"),
    ("travel_time", "how long does it take to get to {city} by train"),
    ("volume_set", "a bit quieter in the {room} please"),
    ("film_query", "which films are on in {city} on {day}"),
    ("window_close", "close the blinds in the {room} at {time}"),
    ("vacuum_start", "have the {room} cleaned in {length}"),
    ("wifi_query", "why is the internet so slow in the {room}"),
    ("museum_query", "is the museum in {city} free on {day}"),
    ("car_hire", "rent me a car in {city} for {length}"),
    ("gift_ask", "what could i give {name} for a birthday on {day}"),
)

SHORT_ANSWERS = (
    "yes please",
    "no thanks",
    "yes",
    "no",
    "that's fine",
    "sounds good",
    "tomorrow please",
    "the first one",
    "for two",
    "not today",
    "i think so",
    "at seven",
    "by card",
    "the cheaper one",
    "on friday",
    "no that's all",
)
SHORT_REQUESTS = (
    "lights off",
    "stop the music",
    "what time is it",
    "good morning",
    "next song",
    "louder please",
    "call alice",
    "any news",
    "thank you",
    "hello there",
    "open the blinds",
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """Something a caller may say.

    Attributes:
        text: Words, lower case as a rule, without punctuation.
        intent: What is wanted.
        slots: Kind and words of what may be corrected to something else of the kind, in order.
    """

    text: str
    intent: str
    slots: tuple[tuple[str, str], ...] = ()

    @property
    def words(self) -> list[str]:
        """Word by word."""
        return self.text.split()


@dataclass(frozen=True)
class Sentences:
    """What there is to say.

    Attributes:
        full: Longer than three words.
        short: Three words or fewer.
        values: By kind of slot, the different words for it.
    """

    full: tuple[Sentence, ...]
    short: tuple[Sentence, ...]
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def by_intent(self) -> dict[str, list[Sentence]]:
        """The longer ones, the most frequent intents first."""
        counts = Counter(sentence.intent for sentence in self.full)
        return {
            intent: [sentence for sentence in self.full if sentence.intent == intent]
            for intent, _ in counts.most_common()
        }


@cache
def own_sentences() -> Sentences:
    """Some 400 of our own."""
    made = dict.fromkeys(
        _filled(intent, template, number) for intent, template in TEMPLATES for number in range(_PER_TEMPLATE)
    )
    answers = [Sentence(text, "answer") for text in SHORT_ANSWERS]
    requests = [Sentence(text, "request") for text in SHORT_REQUESTS]
    return _sorted_out([*made, *answers, *requests])


def _filled(intent: str, template: str, number: int) -> Sentence:
    """A template with its slots' values for a number: each slot goes on at a step of its own."""
    slots: list[tuple[str, str]] = []

    def fill(match: re.Match[str]) -> str:
        kind = match.group(1)
        values = SLOTS[kind]
        slots.append((kind, values[(number + 3 * len(slots) + len(template)) % len(values)]))
        return slots[-1][1]

    return Sentence(_SLOT.sub(fill, template), intent, tuple(slots))


def read_sentences(path: Path) -> Sentences:
    """Sentences from a file of tab-separated lines: id, intent, sentence.

    Marks around values, as in ``[city : new york]``, are taken off and remembered as slots. A line without
    an intent, and a first line that names the columns, are left out.

    Raises:
        ConfigError: If the file can't be read, or no line holds a sentence.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from None
    found = [
        _read(columns[1].strip(), columns[2])
        for columns in (line.split("\t") for line in lines)
        if len(columns) >= 3 and columns[0] != "id" and columns[1].strip()
    ]
    sentences = _sorted_out(dict.fromkeys(sentence for sentence in found if sentence.text))
    if not sentences.full:
        raise ConfigError(f"{path}: expected lines of id, intent and sentence, with tabs between them")
    return sentences


def _read(intent: str, marked: str) -> Sentence:
    slots = tuple((match.group(1), " ".join(match.group(2).split())) for match in _MARK.finditer(marked))
    text = _MARK.sub(lambda match: match.group(2), marked)
    return Sentence(" ".join(text.split()), intent, slots)


def _sorted_out(sentences: Iterable[Sentence]) -> Sentences:
    every = list(sentences)
    short = [sentence for sentence in every if len(sentence.words) <= SHORT_WORDS]
    values: dict[str, dict[str, None]] = {}
    for sentence in every:
        for kind, words in sentence.slots:
            values.setdefault(kind, {})[words] = None
    return Sentences(
        tuple(sentence for sentence in every if len(sentence.words) > SHORT_WORDS),
        tuple(short) or tuple(Sentence(text, "answer") for text in SHORT_ANSWERS),
        {kind: tuple(words) for kind, words in values.items()},
    )

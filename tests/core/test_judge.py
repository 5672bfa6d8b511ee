"""The reuse judge: what counts as the same, what does not, and that form never matters."""

from __future__ import annotations

import string
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.core.judge import Judge, JudgeSettings, Measure
from antiphon.errors import ConfigError

TABLE = Path(__file__).parent / "data" / "judge_pairs.tsv"
PAIRS = [tuple(line.split("\t")) for line in TABLE.read_text(encoding="utf-8").splitlines()]
JUDGE = Judge(JudgeSettings())

words = st.from_regex(r"[a-z]{2,8}('[a-z]{1,3})?|[0-9]{1,4}", fullmatch=True)
sentences = st.lists(words, min_size=1, max_size=12)
signs = st.sampled_from(["", "", ",", ".", "!", "?", ";", ":", "…", " –", '"'])


def reuse(interim: str, final: str) -> bool:
    return JUDGE.compare(interim, final).reuse


@pytest.mark.parametrize(("label", "interim", "final"), PAIRS)
def test_every_pair_of_the_table_is_judged_as_labelled_both_ways(
    label: str, interim: str, final: str
) -> None:
    there, back = JUDGE.compare(interim, final), JUDGE.compare(final, interim)
    assert there.reuse is back.reuse is (label == "same"), there.reason


# --- what never matters ---------------------------------------------------------------------------------


@given(st.text(max_size=60))
def test_a_transcript_with_words_always_answers_itself(text: str) -> None:
    verdict = JUDGE.compare(text, text)
    assert verdict.reuse is (verdict.reason != "there are no words to compare")


@given(sentences)
def test_case_does_not_matter(spoken: list[str]) -> None:
    text = " ".join(spoken)
    assert reuse(text, text.upper())
    assert reuse(text.title(), text)


@given(sentences, st.data())
def test_punctuation_and_spacing_do_not_matter(spoken: list[str], data: st.DataObject) -> None:
    gaps = data.draw(st.lists(st.sampled_from([" ", "  ", "\t", "\n"]), min_size=12, max_size=12))
    marks = data.draw(st.lists(signs, min_size=12, max_size=12))
    text = "".join(word + mark + gap for word, mark, gap in zip(spoken, marks, gaps, strict=False))
    assert reuse(" ".join(spoken), text)


@given(sentences)
def test_typographic_quotes_do_not_matter(spoken: list[str]) -> None:
    text = " ".join(spoken)
    assert reuse(text, f"“{text.replace(chr(39), '’')}”")


@given(st.text(max_size=40), st.text(max_size=40))
def test_the_verdict_is_the_same_both_ways(one: str, other: str) -> None:
    assert reuse(one, other) is reuse(other, one)


@given(
    st.lists(
        st.sampled_from(
            ["set", "play", "alarm", "jazz", "red", "kitchen", "for", "in", "the", "a", "please", "um", "um"]
        ),
        max_size=8,
    )
)
def test_a_hesitation_anywhere_does_not_matter(spoken: list[str]) -> None:
    text = " ".join(["alarm", *spoken])
    for position in range(len(spoken) + 2):
        with_pause = ["alarm", *spoken]
        with_pause.insert(position, "uh")
        assert reuse(text, " ".join(with_pause))


# --- what always matters --------------------------------------------------------------------------------


@given(
    st.lists(
        st.sampled_from(
            ["turn", "the", "kitchen", "light", "red", "music", "for", "mary", "order", "pizza", "now"]
        ),
        min_size=1,
    ),
    st.sampled_from(
        [
            "not",
            "never",
            "no",
            "without",
            "nothing",
            "his",
            "her",
            "them",
            "zebra",
            "paris",
            "seven",
            "london",
            "only",
        ]
    ),
    st.integers(0, 30),
)
def test_a_word_that_means_something_always_matters(spoken: list[str], word: str, place: int) -> None:
    changed = list(spoken)
    changed.insert(place % (len(spoken) + 1), word)
    assert not reuse(" ".join(spoken), " ".join(changed))


@given(st.integers(2, 99_999), st.integers(2, 99_999))
def test_two_numbers_are_the_same_only_if_they_are_equal(one: int, other: int) -> None:
    assert reuse(f"pay {one} dollars", f"pay ${other:,}") is (one == other)


@pytest.mark.parametrize("empty", ["", "   ", "...", "\n", "?!"])
def test_nothing_said_is_never_answered(empty: str) -> None:
    assert not reuse(empty, empty)
    assert not reuse(empty, "play jazz")
    assert not reuse("play jazz", empty)


def test_politeness_alone_is_what_was_said() -> None:
    assert reuse("Thank you.", "thank you")
    assert not reuse("thank you", "please")
    assert not reuse("um", "play jazz")


# --- measures -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("measure", [each for each in Measure if each is not Measure.SEMANTIC])
def test_the_guard_goes_before_every_measure(measure: Measure) -> None:
    judge = Judge(JudgeSettings(measure=measure, threshold=0.0))
    assert not judge.compare("cancel my order", "don't cancel my order").reuse


@pytest.mark.parametrize(
    ("measure", "score"),
    [
        (Measure.CONTENT, 1 - 2 / 6),  # two of six words are in one only
        (Measure.LEVENSHTEIN, 1 - 1 / 10),  # one of ten characters
        (Measure.EXACT, 0.0),
        (Measure.SUBSTRING, 0.0),
    ],
)
def test_each_measure_scores_the_words_as_they_stand(measure: Measure, score: float) -> None:
    verdict = Judge(JudgeSettings(measure=measure)).compare("Turn it on!", "turn it in")
    assert verdict.score == pytest.approx(score)


def test_word_order_is_nothing_to_the_token_set_and_much_to_the_content() -> None:
    pair = ("remind john to call mary", "remind mary to call john")
    assert Judge(JudgeSettings(measure=Measure.TOKEN_SET)).compare(*pair).score == 1.0
    assert JUDGE.compare(*pair).score < 0.7


def test_a_common_beginning_counts_for_jaro_and_winkler() -> None:
    judge = Judge(JudgeSettings(measure=Measure.JARO_WINKLER))
    assert judge.compare("martha", "marhta").score == pytest.approx(0.961, abs=0.001)


def test_without_the_guard_the_measure_alone_decides() -> None:
    judge = Judge(JudgeSettings(measure=Measure.LEVENSHTEIN, guard=False))
    verdict = judge.compare("what is the weather in paris", "what is the weather in parish")
    assert verdict.reuse
    assert "not guarded" in verdict.reason
    assert not judge.compare("play jazz", "what is the time").reuse


def test_the_substring_rule_takes_a_command_for_its_opposite() -> None:
    judge = Judge(JudgeSettings(measure=Measure.SUBSTRING, guard=False))
    assert judge.compare("cancel my order", "don't cancel my order").reuse


def test_a_measure_may_ask_for_more_than_the_guard() -> None:
    verdict = Judge(JudgeSettings(measure=Measure.EXACT)).compare("um play jazz", "play jazz")
    assert not verdict.reuse
    assert verdict.reason == "exact score 0.00 is below 0.8"


# --- an Embedder's opinion ------------------------------------------------------------------------------

SEMANTIC = Judge(JudgeSettings(measure=Measure.SEMANTIC))


def test_an_embedder_is_asked_only_where_it_can_make_a_difference() -> None:
    assert SEMANTIC.needs_similarity("um play jazz", "play jazz")
    assert not SEMANTIC.needs_similarity("play jazz", "Play jazz!")
    assert not SEMANTIC.needs_similarity("play jazz", "play rock")
    assert not SEMANTIC.needs_similarity("", "play rock")
    assert not SEMANTIC.needs_similarity("a " * 3_000, "b")
    assert not JUDGE.needs_similarity("um play jazz", "play jazz")
    assert Judge(JudgeSettings(measure=Measure.SEMANTIC, guard=False)).needs_similarity(
        "play jazz", "play rock"
    )


def test_an_embedder_never_overrules_the_guard() -> None:
    assert not SEMANTIC.compare("play jazz", "play rock", similarity=1.0).reuse


def test_an_embedder_decides_once_the_guard_is_passed() -> None:
    assert SEMANTIC.compare("um play jazz", "play jazz", similarity=0.9).reuse
    assert not SEMANTIC.compare("um play jazz", "play jazz", similarity=0.5).reuse
    assert not SEMANTIC.compare("um play jazz", "play jazz", similarity=-1.0).reuse
    assert not SEMANTIC.compare("um play jazz", "play jazz", similarity=float("nan")).reuse


def test_without_an_embedders_answer_content_decides() -> None:
    assert SEMANTIC.compare("um play jazz", "play jazz").reuse
    assert SEMANTIC.compare("um play jazz", "play jazz").score == 1.0


# --- bounds and settings --------------------------------------------------------------------------------


def test_a_very_long_transcript_is_compared_as_it_stands_and_at_once() -> None:
    long = "turn the light on and off again " * 1_500
    started = time.perf_counter()
    assert reuse(long, long.upper())
    assert not reuse(long, long + "x")
    assert not reuse(long, "turn the light on")
    assert time.perf_counter() - started < 1.0


def test_the_longest_transcript_that_is_looked_into_takes_no_time_either() -> None:
    repeated = "one two three " * 250
    odd = string.punctuation * 100
    started = time.perf_counter()
    assert reuse(repeated, repeated)
    assert not reuse(repeated, "the the " * 400)
    assert not reuse(odd, repeated)
    assert time.perf_counter() - started < 1.0


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"measure": "cosine"}, "measure = 'cosine': expected one of"),
        ({"threshold": 1.5}, "threshold = 1.5: expected a number from 0 to 1"),
        ({"threshold": float("nan")}, "threshold = nan"),
        ({"guard": "yes"}, "guard = 'yes': expected true or false"),
        ({"language": "english language"}, "language = 'english language': expected a BCP 47 tag"),
        ({"language": 5}, "language = 5"),
    ],
)
def test_a_wrong_setting_is_named(settings: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=message.replace("(", r"\(")):
        JudgeSettings(**settings)  # type: ignore[arg-type]


def test_a_measure_may_be_given_by_its_name() -> None:
    assert JudgeSettings(measure="exact").measure is Measure.EXACT  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("interim", "final", "reason"),
    [
        ("go to paris", "go to london", 'name or content word differs: "paris" / "london"'),
        ("turn it on", "turn it off", 'opposites: "on" / "off"'),
        ("call two people", "call three people", 'number differs: "2" / "3"'),
        ("cancel it", "do not cancel it", 'negation differs: nothing / "do not"'),
        ("call him now", "call her now", 'pronoun differs: "him" / "her"'),
        ("come to me", "come from me", 'opposites: "to" / "from"'),
        ("come to me", "come at me", 'function word differs: "to" / "at"'),
        ("play jazz", "play jazz by miles", 'the final goes on: "by miles"'),
        ("play jazz by miles", "play jazz", 'the final leaves out: "by miles"'),
        (
            "the red big house here",
            "big red house here",
            'word order differs: "red big house here" / "big red house here"',
        ),
        ("play very loud", "play loud", 'name or content word differs: "very" / nothing'),
        ("play jazz", "Play jazz.", "same words"),
        ("um play jazz", "play jazz", "same meaning: differs only in form, fillers or politeness"),
    ],
)
def test_the_reason_names_what_differs(interim: str, final: str, reason: str) -> None:
    assert JUDGE.compare(interim, final).reason == reason


def test_a_long_reason_is_cut() -> None:
    many = JUDGE.compare("play", "play one song after the other until the morning comes")
    assert many.reason == 'the final goes on: "1 song after other…"'
    assert len(JUDGE.compare("play", f"play {'incomprehensible' * 9}").reason) < 80

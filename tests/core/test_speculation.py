from __future__ import annotations

import pytest

from antiphon.core.judge import Judge, JudgeSettings, Measure
from antiphon.core.speculation import DEFAULT_TRIGGERS, Draft, DraftPool, Speculation, Strategy, Trigger
from antiphon.errors import ConfigError

ALL = tuple(Trigger)


def a_pool(*transcripts: str, **settings: object) -> DraftPool:
    """A pool with a draft for each transcript, numbered from 1."""
    chosen = Speculation(**{"triggers": ALL, **settings})  # type: ignore[arg-type]
    pool = DraftPool(chosen, chosen.judge())
    for number, transcript in enumerate(transcripts, 1):
        pool.add(Draft(number, transcript, 0, speculative=True))
    return pool


def ids(drafts: list[Draft]) -> list[int]:
    return [draft.draft_id for draft in drafts]


# --- settings ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("setting", "value", "message"),
    [
        ("strategy", "sometimes", "speculation.strategy = 'sometimes': expected one of \"use-if-similar\""),
        ("measure", "feeling", "speculation.measure = 'feeling'"),
        ("threshold", 1.1, "speculation.threshold = 1.1"),
        ("min_change", -0.1, "speculation.min_change"),
        ("min_words", 0, "speculation.min_words"),
        ("max_drafts", 17, "speculation.max_drafts"),
        ("stable_ms", -1, "speculation.stable_ms"),
        ("held_audio_ms", 99, "speculation.held_audio_ms"),
        ("similarity_timeout_ms", 5_001, "speculation.similarity_timeout_ms"),
        ("triggers", "final", "speculation.triggers = 'final': expected a list"),
        ("triggers", 3, "speculation.triggers = 3: expected a list"),
        ("triggers", ("final", "guess"), "speculation.triggers = 'guess'"),
    ],
)
def test_a_setting_that_is_wrong_is_refused_by_name(setting: str, value: object, message: str) -> None:
    with pytest.raises(ConfigError) as refused:
        Speculation(**{setting: value})  # type: ignore[arg-type]
    assert message in str(refused.value)


def test_settings_may_be_words_as_a_file_has_them() -> None:
    settings = Speculation(strategy="always-use", measure="exact", triggers=["final", "pause"])  # type: ignore[arg-type]
    assert settings.strategy is Strategy.ALWAYS_USE
    assert settings.measure is Measure.EXACT
    assert settings.triggers == (Trigger.FINAL, Trigger.PAUSE)


def test_drafting_while_the_caller_speaks_must_be_asked_for() -> None:
    assert Speculation().triggers == DEFAULT_TRIGGERS
    assert not {Trigger.INTERIM, Trigger.STABLE} & set(DEFAULT_TRIGGERS)


def test_the_judge_is_the_one_that_was_asked_for() -> None:
    judge = Speculation(measure=Measure.LEVENSHTEIN, threshold=0.5, guard=False).judge("de")
    assert isinstance(judge, Judge)
    assert judge.settings == JudgeSettings(Measure.LEVENSHTEIN, 0.5, guard=False, language="de")


# --- what is worth a draft -----------------------------------------------------------------------------


@pytest.mark.parametrize("trigger", ALL)
def test_a_trigger_that_is_off_starts_nothing(trigger: Trigger) -> None:
    others = tuple(each for each in ALL if each is not trigger)
    assert a_pool(triggers=(trigger,)).wants("book a table", trigger)
    assert not a_pool(triggers=others).wants("book a table", trigger)


@pytest.mark.parametrize(
    ("transcripts", "transcript", "trigger", "settings", "wanted"),
    [
        pytest.param((), "book a table", Trigger.PAUSE, {}, True, id="the first words"),
        pytest.param((), "", Trigger.FINAL, {}, False, id="no words"),
        pytest.param((), "book", Trigger.PAUSE, {}, False, id="too few words for an interim"),
        pytest.param((), "yes", Trigger.FINAL, {}, True, id="a short final"),
        pytest.param(
            (), "book a table", Trigger.FINAL, {"strategy": "discard"}, False, id="drafts are never used"
        ),
        pytest.param(
            ("book a table",), "Book a table.", Trigger.FINAL, {}, False, id="a draft answers it already"
        ),
        pytest.param(("book a table",), "book a chair", Trigger.FINAL, {}, True, id="no draft answers it"),
        pytest.param(
            ("book a chair", "book a table"),
            "book a chair",
            Trigger.FINAL,
            {},
            False,
            id="an older draft answers it",
        ),
        pytest.param(
            ("turn it on now please",),
            "turn it of now please",
            Trigger.INTERIM,
            {},
            False,
            id="hardly changed",
        ),
        pytest.param(("book a",), "book a table for two", Trigger.INTERIM, {}, True, id="changed enough"),
        pytest.param(
            ("turn it on now please",),
            "turn it of now please",
            Trigger.INTERIM,
            {"min_change": 0.0},
            True,
            id="any change is enough",
        ),
        pytest.param(
            ("book a table",),
            "book a table",
            Trigger.FINAL,
            {"strategy": "always-use"},
            False,
            id="always-use: the same",
        ),
        pytest.param(
            ("book a table", "cancel the flight"),
            "book a table",
            Trigger.FINAL,
            {"strategy": "always-use"},
            True,
            id="always-use: only the newest will be used",
        ),
    ],
)
def test_a_draft_is_worth_its_price_where_none_will_answer(
    transcripts: tuple[str, ...], transcript: str, trigger: Trigger, settings: dict[str, object], wanted: bool
) -> None:
    assert a_pool(*transcripts, **settings).wants(transcript, trigger) is wanted


# --- which draft answers -------------------------------------------------------------------------------


def best(pool: DraftPool, transcript: str) -> int | None:
    found = pool.best(transcript)
    return None if found is None else found[0].draft_id


@pytest.mark.parametrize("strategy", Strategy)
def test_an_empty_pool_answers_nothing(strategy: Strategy) -> None:
    assert a_pool(strategy=strategy).best("book a table") is None


def test_the_best_match_answers_an_older_one_too() -> None:
    pool = a_pool("a table for two", "a table for ten", "a table")
    assert best(pool, "a table for ten please") == 2
    assert best(pool, "a chair for ten") is None


def test_of_equals_one_that_can_be_heard_answers_then_the_newest() -> None:
    pool = a_pool("a table for two", "a table for two", "a table for two")
    assert best(pool, "a table for two") == 3
    draft = pool.get(1)
    assert draft is not None
    draft.ready = True
    assert best(pool, "a table for two") == 1


def test_always_use_takes_the_newest_whatever_was_said() -> None:
    pool = a_pool("a table", "a chair", strategy="always-use")
    assert best(pool, "something else") == 2
    found = pool.best("something else")
    assert found is not None
    assert found[1].reuse


def test_discard_uses_none() -> None:
    assert best(a_pool("a table", strategy="discard"), "a table") is None


# --- what goes -----------------------------------------------------------------------------------------


def test_what_has_room_is_kept() -> None:
    assert a_pool("one two", "three four").surplus("five six") == []


def test_what_goes_first_is_least_like_the_newest_transcript() -> None:
    pool = a_pool("cancel my flight", "book a table for two", "book a table")
    assert ids(pool.surplus("book a table for ten")) == [1]


def test_of_equals_the_oldest_goes_first() -> None:
    assert ids(a_pool(*["book a table"] * 3, max_drafts=2).surplus("call me a cab")) == [1, 2]


def test_the_caller_has_gone_on_from_an_unfinished_draft_that_lost() -> None:
    pool = a_pool("book a table", "book a table for two", "book a table for two people tonight at seven")
    assert ids(pool.overtaken("book a table for ten")) == [1]


def test_a_finished_draft_is_kept_for_a_revival() -> None:
    pool = a_pool("book a table")
    draft = pool.get(1)
    assert draft is not None
    draft.finished = True
    assert pool.overtaken("book a table for ten people") == []


def test_what_is_forgotten_is_gone() -> None:
    pool = a_pool("a", "b", "c")
    assert pool.remove(2) is not None
    assert pool.remove(2) is None
    assert pool.get(2) is None
    assert len(pool) == 2
    assert ids(pool.clear()) == [1, 3]
    assert len(pool) == 0
    assert pool.newest() is None


# --- an Embedder's opinion -----------------------------------------------------------------------------

PAIR = ("book a large table", "book a table please large")


def a_semantic_pool() -> DraftPool:
    return a_pool(PAIR[0], measure="semantic", guard=False)


def test_only_the_semantic_measure_asks() -> None:
    assert a_pool(PAIR[0]).questions(PAIR[1]) == []


def test_a_pair_is_asked_about_once() -> None:
    pool = a_semantic_pool()
    assert pool.questions(PAIR[1]) == [PAIR]
    assert pool.questions(PAIR[1]) == []
    assert pool.unanswered(PAIR[1])
    assert not pool.unanswered("something else")


def test_where_an_opinion_makes_no_difference_none_is_asked_for() -> None:
    assert a_semantic_pool().questions(PAIR[0]) == []


@pytest.mark.parametrize(("similarity", "answers"), [(0.95, 1), (0.2, None)])
def test_the_answer_decides(similarity: float, answers: int | None) -> None:
    pool = a_semantic_pool()
    pool.questions(PAIR[1])
    pool.answer(PAIR, similarity)
    assert not pool.unanswered(PAIR[1])
    assert best(pool, PAIR[1]) == answers


def test_an_answer_that_is_no_longer_of_interest_is_dropped() -> None:
    pool = a_semantic_pool()
    pool.questions(PAIR[1])
    pool.clear()
    pool.answer(PAIR, 0.95)
    assert not pool.unanswered(PAIR[1])
    assert pool.questions(PAIR[1]) == []

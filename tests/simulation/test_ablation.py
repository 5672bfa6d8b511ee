"""Streaming or batch, stage by stage."""

from antiphon.simulation.ablation import QUESTIONS, Conversation, ablation_rows


def test_streaming_everywhere_is_far_below_batch_and_every_switch_shows() -> None:
    rows = ablation_rows(Conversation(calls=1, questions=QUESTIONS[:3]))
    p50 = {(row["stt"], row["llm"], row["tts"]): row["glass_to_glass_ms"]["p50"] or 0.0 for row in rows}
    assert len(p50) == 8
    streamed, batch = p50["streaming", "streaming", "streaming"], p50["batch", "batch", "batch"]
    assert streamed <= 0.35 * batch
    for stage in range(3):
        modes = ["streaming"] * 3
        modes[stage] = "batch"
        assert p50[modes[0], modes[1], modes[2]] > streamed + 100


def test_the_questions_have_24_words() -> None:
    assert {len(question.split()) for question in QUESTIONS} == {24}

"""A check by a model: whether a conversation did what a sentence says. It costs a request, and may err."""

from __future__ import annotations

import os

from antiphon.core.messages import Message
from antiphon.errors import ConfigError
from antiphon.providers.base import LLM, LLMRequest, ProviderContext
from antiphon.providers.registry import create_llm
from antiphon.testing.models import in_real_time
from antiphon.testing.rehearsal import Exchange, Rehearsal

INSTRUCTIONS = (
    "You check telephone conversations between a caller and an agent. You are given a transcript and a "
    "statement about the agent. Answer YES or NO, then, after a dash, the reason in one sentence."
)


def check_with_model(done: Exchange | Rehearsal, statement: str, model: LLM | str) -> str:
    """Have a model judge whether a statement is true of a conversation.

    Args:
        done: What is judged: one exchange, or the whole call.
        statement: Such as "the agent apologises and offers another time".
        model: Who judges: a provider, or a registry name such as ``"openai/gpt-4.1-mini"``, whose key is
            looked for where it always is.

    Returns:
        The model's reason.

    Raises:
        AssertionError: If the answer is no; the message has the reason and shows the conversation.
        ProviderError: If the model can't be asked.
    """
    if not statement.strip():
        raise ConfigError("check_with_model: the statement is empty; say what should be true of the agent")
    transcript = (
        done.transcript if isinstance(done, Rehearsal) else f"caller  {done.caller}\nagent   {done.agent}"
    )
    judge = create_llm(model, ProviderContext(environ=os.environ)) if isinstance(model, str) else model
    question = f"Transcript:\n{transcript}\n\nStatement: {statement}\nIs it true?"
    request = LLMRequest(
        (Message("system", INSTRUCTIONS), Message("user", question)), temperature=0.0, max_output_tokens=100
    )
    answer = "".join(event[2] for event in in_real_time(judge, request) if event[1] == "text").strip()
    verdict, _, reason = answer.partition(" ")
    reason = reason.lstrip("-–—: ").strip() or answer
    if verdict.strip(".,:-–—").upper() != "YES":
        call = done if isinstance(done, Rehearsal) else done.call
        raise AssertionError(
            f"{judge.name} finds it untrue that {statement!r}: {reason}\n\n{call.transcript}"
        )
    return reason

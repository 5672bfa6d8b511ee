"""What a draft's model is owed, over all of its requests."""

from __future__ import annotations

from antiphon.core.tokens import CHARACTERS_PER_TOKEN
from antiphon.providers.base import LLMRequest, LLMUsage


class ModelBill:
    """What a draft's model is owed: as it reported it, estimated where it has not."""

    def __init__(self) -> None:
        self.requests = 0
        self.written_characters = 0
        self.reported: LLMUsage | None = None
        self._prompt_characters = 0
        self._before = LLMUsage(0, 0)

    def begin(self, request: LLMRequest) -> None:
        """Another request is made."""
        self._before, self.reported, self.written_characters = self.total, None, 0
        self._prompt_characters = sum(len(message.content) for message in request.messages)
        self.requests += 1

    @property
    def total(self) -> LLMUsage:
        """Of all requests so far."""
        last = self.reported or LLMUsage(
            self._prompt_characters // CHARACTERS_PER_TOKEN,
            -(-self.written_characters // CHARACTERS_PER_TOKEN),
        )
        before = self._before
        return LLMUsage(
            before.input_tokens + last.input_tokens,
            before.output_tokens + last.output_tokens,
            before.cached_input_tokens + last.cached_input_tokens,
        )

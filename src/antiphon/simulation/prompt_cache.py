"""What of a prompt a model's vendor has read before: whole messages from its beginning on."""

from __future__ import annotations

from antiphon.core.messages import Message

CHARACTERS_PER_TOKEN = 4
PER_MESSAGE = 4  # tokens around each message's words


class PromptCache:
    """The prompts of one call.

    Args:
        prompt_tokens: How long each is, as the profile has it.
    """

    def __init__(self, prompt_tokens: int) -> None:
        self._prompt_tokens = prompt_tokens
        self._seen: set[tuple[Message, ...]] = set()

    def read(self, messages: tuple[Message, ...]) -> int:
        """Take a prompt; answer how many of its tokens were read before."""
        lengths = range(len(messages), 0, -1)
        shared = next((length for length in lengths if messages[:length] in self._seen), 0)
        self._seen.update(messages[:length] for length in range(shared + 1, len(messages) + 1))
        new = sum(len(one.content) // CHARACTERS_PER_TOKEN + PER_MESSAGE for one in messages[shared:])
        return max(0, self._prompt_tokens - new) if shared else 0

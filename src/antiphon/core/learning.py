"""What a call teaches about its caller: pauses as they pass, endings once they were answered."""

from __future__ import annotations

from antiphon.core.completeness import model_for
from antiphon.core.habits import Habits


class Learning:
    """The habits of one call's caller, known before it and learned in it.

    Attributes:
        habits: As they are known now.
    """

    def __init__(self, habits: Habits, language: str) -> None:
        """Begin with what is known.

        Args:
            habits: From earlier calls; ``USUAL`` where there were none.
            language: The caller's, BCP 47. Of one whose words are not read, only pauses are learned.
        """
        self.habits = habits
        self._model = model_for(language)

    def went_on(self, silence_ns: int, *, agent_audible: bool) -> None:
        """The caller fell silent within a turn and went on; see ``Habits.after_pause``."""
        self.habits = self.habits.after_pause(silence_ns, agent_audible=agent_audible)

    def answered(self, transcript: str, *, answers: bool) -> None:
        """A turn was over and its reply was heard.

        Args:
            transcript: What the caller said in it.
            answers: Whether the agent had asked for something.
        """
        model = self._model
        shortfall = 0.0 if model is None else model.shortfall(transcript, answers=answers)
        self.habits = self.habits.after_turn(shortfall)

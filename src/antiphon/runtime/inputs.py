"""What an application tells a session besides audio: words, keys, and whose turn it is."""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np

from antiphon.audio import AudioFrame
from antiphon.core.events import (
    Event,
    InterruptRequested,
    KeyPressed,
    SayRequested,
    TextReceived,
    TurnCommitted,
)
from antiphon.core.keypad import KEYS
from antiphon.errors import ConfigError
from antiphon.runtime.clock import Clock
from antiphon.runtime.ears import Ears


class Inputs(ABC):
    """A session, as far as it is told something; each call raises ``SessionClosedError`` outside of it."""

    _clock: Clock

    def __init__(self) -> None:
        self._ears: Ears | None = None
        self._deaf = False  # the push-to-talk button is not pressed

    @abstractmethod
    def post(self, event: Event) -> None:
        """Tell the machine."""

    @abstractmethod
    def _running(self) -> object:
        """See that the call goes on."""

    def say(self, text: str, *, interruptible: bool = True) -> None:
        """Have the agent say something as soon as the floor is free.

        Args:
            text: What to say.
            interruptible: Whether the caller's voice may stop it.
        """
        self._running()
        self.post(SayRequested(text, interruptible))

    def send_text(self, text: str) -> None:
        """Take a turn that the caller wrote."""
        self._running()
        self.post(TextReceived(text))

    def press_keys(self, keys: str) -> None:
        """Take keys that the caller pressed on a telephone; an entry becomes a turn as ``keypad`` has it.

        Args:
            keys: Of 0-9, *, # and A-D.

        Raises:
            ConfigError: If one is none of them.
        """
        self._running()
        wrong = sorted(set(keys) - KEYS)
        if wrong:
            raise ConfigError(f"press_keys({keys!r}): {', '.join(wrong)}: no key; there are 0-9, *, #, A-D")
        self.post(KeyPressed(keys))

    def commit_turn(self) -> None:
        """The caller has finished: what was said so far is a turn, without a wait."""
        self._running()
        heard_ns = self._ears.stream_ns if self._ears is not None else 0
        self.post(TurnCommitted(self._clock.now_ns(), heard_ns))

    def interrupt(self) -> None:
        """Have the agent fall silent, as if the caller had interrupted it."""
        self._running()
        self.post(InterruptRequested())

    def start_talking(self) -> None:
        """A push-to-talk button is pressed: the agent falls silent, and the microphone is heard again."""
        self.interrupt()
        self._deaf = False

    def stop_talking(self) -> None:
        """It is let go of: the turn is over, and until it is pressed again the microphone is not heard."""
        self.commit_turn()
        self._deaf = True

    def _captured(self, frame: AudioFrame) -> AudioFrame:
        """A frame of the microphone's, silent while the button is not pressed."""
        if not self._deaf:
            return frame
        return AudioFrame(np.zeros_like(frame.samples), frame.rate_hz, captured_ns=frame.captured_ns)

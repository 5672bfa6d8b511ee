"""What every provider must do, as tests that anyone can run: subclass, give a subject, run pytest."""

from antiphon.testing.contracts.common import Failure
from antiphon.testing.contracts.llm import LLMContract, LLMSubject
from antiphon.testing.contracts.stt import STTContract, STTSubject
from antiphon.testing.contracts.tts import TTSContract, TTSSubject
from antiphon.testing.contracts.vad import VADContract, VADSubject

__all__ = [
    "Failure",
    "LLMContract",
    "LLMSubject",
    "STTContract",
    "STTSubject",
    "TTSContract",
    "TTSSubject",
    "VADContract",
    "VADSubject",
]

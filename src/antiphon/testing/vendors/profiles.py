"""How fast the doubles are: figures of ordinary cloud vendors, and none at all."""

from __future__ import annotations

import random
from dataclasses import dataclass

from antiphon.core.checks import check_range
from antiphon.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Profile:
    """The doubles' delays. Those of the recogniser that depend on audio count in the audio's own time.

    Attributes:
        connect_ms: Before a WebSocket is accepted.
        behind_voice_ms: From a word's end in the audio until it is heard.
        interim_every_ms: How often an interim is sent.
        finalize_ms: From a request for a final to its answer.
        first_token_ms: From a chat request to the first token.
        tokens_per_s: After that; 0: all at once.
        first_byte_ms: From a speech request to the first byte of audio.
        faster_than_real_time: How many seconds of audio come in a second; 0: all at once.
        ms_per_character: How long the voice speaks.
        leading_silence_ms: With which its audio begins.
        embedding_ms: For an embedding request.
        jitter: Each delay varies by up to this share of it, up and down, by seeded chance.
    """

    connect_ms: float = 0
    behind_voice_ms: float = 0
    interim_every_ms: float = 100
    finalize_ms: float = 0
    first_token_ms: float = 0
    tokens_per_s: float = 0
    first_byte_ms: float = 0
    faster_than_real_time: float = 0
    ms_per_character: float = 60
    leading_silence_ms: float = 0
    embedding_ms: float = 0
    jitter: float = 0

    def __post_init__(self) -> None:
        for name in self.__slots__:
            low = 10 if name == "interim_every_ms" else 0
            high = 1 if name == "jitter" else 1_000_000
            check_range(f"profile.{name}", getattr(self, name), low, high)


PROFILES = {
    "instant": Profile(),
    "typical": Profile(
        connect_ms=80,
        behind_voice_ms=150,
        interim_every_ms=100,
        finalize_ms=100,
        first_token_ms=400,
        tokens_per_s=60,
        first_byte_ms=150,
        faster_than_real_time=4,
        leading_silence_ms=40,
        embedding_ms=120,
        jitter=0.1,
    ),
    "slow": Profile(
        connect_ms=250,
        behind_voice_ms=400,
        interim_every_ms=250,
        finalize_ms=300,
        first_token_ms=1_200,
        tokens_per_s=25,
        first_byte_ms=500,
        faster_than_real_time=1.5,
        leading_silence_ms=150,
        embedding_ms=300,
        jitter=0.3,
    ),
}


def find_profile(profile: str | Profile) -> Profile:
    """A profile by name, or as it is.

    Raises:
        ConfigError: If there is none of that name.
    """
    if isinstance(profile, Profile):
        return profile
    if profile not in PROFILES:
        known = ", ".join(sorted(PROFILES))
        raise ConfigError(f"no profile {profile!r} of vendor doubles; there are: {known}")
    return PROFILES[profile]


class Pace:
    """One request's delays: the profile's, varied by the request's own seeded chance."""

    def __init__(self, profile: Profile, seed: str) -> None:
        self._jitter = profile.jitter
        self._chance = random.Random(seed)  # noqa: S311 - repeatable on purpose

    def vary(self, delay_ms: float) -> float:
        """A delay as it comes out this time."""
        return delay_ms * (1 + self._jitter * self._chance.uniform(-1, 1))

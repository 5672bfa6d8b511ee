"""How loud a call's noise and its caller are, and what that says of a sound's being the caller's voice."""

from __future__ import annotations

import math

# A sound this near the noise (or nearer, or this far below the caller's usual loudness) must be this sure
# to begin speech; one that stands out clearly need not be surer than any other.
_SURE = 0.9
_NEAR_NOISE_DB = 3.0
_CLEAR_OF_NOISE_DB = 10.0
_FAR_BELOW_VOICE_DB = 35.0
_QUIETEST_NOISE_DBFS = -55.0  # a muted line has no noise to stand out from: what is softer is far away

# The line that a voice crosses where it begins and ends.
_EDGE_BELOW_VOICE_DB = 26.0
_EDGE_ABOVE_NOISE_DB = 4.0

_UNKNOWN_NOISE_DBFS = -60.0
_LEAST_NOISE_DBFS = -70.0

# dB a second, or milliseconds to come 63 % of the way.
_NOISE_RISES_DB_S = 5.0
_NOISE_FALLS_MS = 60.0
_VOICE_RISES_MS = 60.0
_VOICE_FALLS_DB_S = 5.0


class Loudness:
    """How loud the call's noise and its caller are."""

    def __init__(self, rate_hz: int) -> None:
        """Know nothing yet of a call whose audio is at ``rate_hz``."""
        self._rate_hz = rate_hz
        self._noise_dbfs: float | None = None
        self._voice_dbfs: float | None = None

    @property
    def noise_dbfs(self) -> float:
        """The noise floor; a guess before any was heard."""
        return _UNKNOWN_NOISE_DBFS if self._noise_dbfs is None else max(_LEAST_NOISE_DBFS, self._noise_dbfs)

    @property
    def edge_dbfs(self) -> float:
        """The line between noise and voice."""
        line = self.noise_dbfs + _EDGE_ABOVE_NOISE_DB
        return line if self._voice_dbfs is None else max(line, self._voice_dbfs - _EDGE_BELOW_VOICE_DB)

    def required(self, level_dbfs: float, start_probability: float) -> float:
        """How sure the detector must be that a window of this level is voiced."""
        noise = max(_QUIETEST_NOISE_DBFS, self.noise_dbfs)
        if self._voice_dbfs is not None:
            noise = max(noise, self._voice_dbfs - _FAR_BELOW_VOICE_DB)
        clear = (level_dbfs - noise - _NEAR_NOISE_DB) / (_CLEAR_OF_NOISE_DB - _NEAR_NOISE_DB)
        sure = max(_SURE, start_probability)
        return sure - (sure - start_probability) * min(1.0, max(0.0, clear))

    def hear_noise(self, level_dbfs: float, samples: int) -> None:
        """Take the level of a stretch without speech: the floor falls to it fast and rises slowly."""
        seconds = samples / self._rate_hz
        if self._noise_dbfs is None:
            self._noise_dbfs = level_dbfs
        elif level_dbfs < self._noise_dbfs:
            share = -math.expm1(-seconds * 1_000 / _NOISE_FALLS_MS)
            self._noise_dbfs += share * (level_dbfs - self._noise_dbfs)
        else:
            self._noise_dbfs = min(level_dbfs, self._noise_dbfs + seconds * _NOISE_RISES_DB_S)

    def hear_voice(self, level_dbfs: float, samples: int) -> None:
        """Take the level of a stretch of speech: its loudness follows the loud parts and sinks slowly."""
        seconds = samples / self._rate_hz
        if self._voice_dbfs is None:
            self._voice_dbfs = level_dbfs
        elif level_dbfs > self._voice_dbfs:
            share = -math.expm1(-seconds * 1_000 / _VOICE_RISES_MS)
            self._voice_dbfs += share * (level_dbfs - self._voice_dbfs)
        else:
            self._voice_dbfs = max(level_dbfs, self._voice_dbfs - seconds * _VOICE_FALLS_DB_S)

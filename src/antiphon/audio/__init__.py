"""Audio as integer samples: formats, frames, rates, levels, G.711 and files."""

from __future__ import annotations

from antiphon.audio.convert import downmix, to_float, to_int16
from antiphon.audio.files import read_audio, write_wav
from antiphon.audio.frames import AudioFormat, AudioFrame, Samples
from antiphon.audio.g711 import decode_alaw, decode_mulaw, encode_alaw, encode_mulaw
from antiphon.audio.gain import Fader, gain_of_db
from antiphon.audio.level import AUDIBLE_DBFS, SILENCE_DBFS, first_audible, last_audible, level_dbfs
from antiphon.audio.resampling import Resampler, resample
from antiphon.audio.tape import Tape

__all__ = [
    "AUDIBLE_DBFS",
    "SILENCE_DBFS",
    "AudioFormat",
    "AudioFrame",
    "Fader",
    "Resampler",
    "Samples",
    "Tape",
    "decode_alaw",
    "decode_mulaw",
    "downmix",
    "encode_alaw",
    "encode_mulaw",
    "first_audible",
    "gain_of_db",
    "last_audible",
    "level_dbfs",
    "read_audio",
    "resample",
    "to_float",
    "to_int16",
    "write_wav",
]

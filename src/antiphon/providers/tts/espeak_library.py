"""eSpeak NG through ctypes.

Only ever imported in a worker process, as its licence (GPL-3) and its lack of thread safety ask for. Names
and numbers are those of the library's ``speak_lib.h`` (1.52).
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import espeakng_loader

AUDIO_OUTPUT_SYNCHRONOUS = 2
BUFFER_MS = 0  # of audio at a time: as it likes, which is 60
CHARS_UTF8 = 1
EE_OK = 0
INITIALIZE_DONT_EXIT = 1 << 15
EVENT_LIST_TERMINATED, EVENT_WORD = 0, 1
PARAMETERS = {"rate": 1, "volume": 2, "pitch": 3, "pitch_range": 4}
POS_CHARACTER = 1


OnAudio: TypeAlias = Callable[[bytes, list[tuple[int, int]]], bool]


class _EventId(ctypes.Union):
    _fields_ = (("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8))


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),  # of a character, counted from 1
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),  # ms
        ("sample", ctypes.c_int),  # since the call of Synth
        ("user_data", ctypes.c_void_p),
        ("id", _EventId),
    )


class _Voice(ctypes.Structure):
    _fields_ = (
        ("name", ctypes.c_char_p),
        ("languages", ctypes.POINTER(ctypes.c_char)),  # (priority byte, tag, 0) repeated, then 0
        ("identifier", ctypes.c_char_p),
        ("gender", ctypes.c_ubyte),
        ("age", ctypes.c_ubyte),
        ("variant", ctypes.c_ubyte),
        ("reserved", ctypes.c_ubyte),
        ("score", ctypes.c_int),
        ("spare", ctypes.c_void_p),
    )


_SynthCallback = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
)


class Library:
    """The synthesiser: one voice, one text at a time."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL(espeakng_loader.get_library_path())
        self._library.espeak_ListVoices.restype = ctypes.POINTER(ctypes.POINTER(_Voice))
        self._data = Path(espeakng_loader.get_data_path())
        self.rate_hz: int = self._library.espeak_Initialize(
            AUDIO_OUTPUT_SYNCHRONOUS, BUFFER_MS, str(self._data).encode(), INITIALIZE_DONT_EXIT
        )
        if self.rate_hz <= 0:
            raise RuntimeError(f"eSpeak NG can't read its data in {self._data}")
        self._callback = _SynthCallback(self._hear)  # the library holds a pointer to it: keep it alive
        self._library.espeak_SetSynthCallback(self._callback)
        self._on_audio: OnAudio = lambda *_: True

    def languages(self) -> dict[str, str]:
        """The voices there are: identifier by language tag, such as ``"en-gb"``."""
        found: dict[str, tuple[int, str]] = {}
        voices = self._library.espeak_ListVoices(None)
        index = 0
        while voices[index]:
            voice = voices[index].contents
            for priority, tag in _tags(voice):
                if tag not in found or priority < found[tag][0]:
                    found[tag] = (priority, voice.identifier.decode())
            index += 1
        return {tag: identifier for tag, (_, identifier) in sorted(found.items())}

    def variants(self) -> set[str]:
        """The ways in which a voice can be varied, such as ``"f3"``."""
        return {path.name for path in (self._data / "voices" / "!v").iterdir()}

    def use_voice(self, identifier: str) -> bool:
        """Speak with a voice from now on; false if there is no such voice."""
        return bool(self._library.espeak_SetVoiceByName(identifier.encode()) == EE_OK)

    def set_parameter(self, name: str, value: int) -> None:
        """Set one of ``PARAMETERS``."""
        self._library.espeak_SetParameter(PARAMETERS[name], value, 0)

    def synthesise(self, text: str, on_audio: OnAudio) -> None:
        """Speak a plain text; returns when all of it is spoken or ``on_audio`` wants no more.

        Args:
            text: Without markup.
            on_audio: Takes the next audio (16 bit, ``rate_hz``) and the words that begin in it or just
                after it, each as (index of its first character, sample); false stops.
        """
        self._on_audio = on_audio
        encoded = text.encode()
        self._library.espeak_Synth(encoded, len(encoded) + 1, 0, POS_CHARACTER, 0, CHARS_UTF8, None, None)

    def _hear(
        self, samples: ctypes._Pointer[ctypes.c_short], count: int, events: ctypes._Pointer[_Event]
    ) -> int:
        audio = ctypes.string_at(samples, 2 * count) if samples and count > 0 else b""
        words = [(event.text_position - 1, event.sample) for event in _events(events)]
        return 0 if self._on_audio(audio, words) else 1


def _events(events: ctypes._Pointer[_Event]) -> Iterator[_Event]:
    index = 0
    while events[index].type != EVENT_LIST_TERMINATED:
        if events[index].type == EVENT_WORD:
            yield events[index]
        index += 1


def _tags(voice: _Voice) -> Iterator[tuple[int, str]]:
    at = 0
    while priority := ord(voice.languages[at]):
        tag = b""
        while (char := voice.languages[at + 1 + len(tag)]) != b"\0":
            tag += char
        yield priority, tag.decode()
        at += len(tag) + 2

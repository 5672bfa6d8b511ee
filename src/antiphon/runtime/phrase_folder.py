"""Where frequent phrases outlast the process: a folder of WAV files, each with its text beside it."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import os
import tempfile
from contextlib import suppress
from pathlib import Path

from antiphon.audio.files import read_audio, write_wav
from antiphon.config import Agent
from antiphon.core.events import Word
from antiphon.errors import AudioError
from antiphon.providers.base import TTS
from antiphon.providers.spec import ProviderSpec, choices
from antiphon.runtime.phrases import Phrase, PhraseCache, phrase_key

_shared: dict[str, PhraseCache] = {}  # of voices that are named, by name and settings
_log = logging.getLogger(__name__)


class PhraseFolder:
    """Where frequent phrases outlast the process: for each a WAV, and a JSON file of its text and words.

    Args:
        folder: The directory; made if it is not there.
        voice: What tells voices and their settings apart.
    """

    def __init__(self, folder: Path, voice: str) -> None:
        self._folder = folder / _digest(voice)

    def read(self, cache: PhraseCache) -> None:
        """Fill a cache; files that can't be read are passed over, with a word in the log. Blocks."""
        for file in sorted(self._folder.glob("*.json")):
            try:
                facts = json.loads(file.read_text(encoding="utf-8"))
                samples, rate_hz = read_audio(file.with_suffix(".wav"))
                words = tuple(Word(str(text), int(start), int(end)) for text, start, end in facts["words"])
                if rate_hz == cache.rate_hz:
                    cache.put(Phrase(str(facts["text"]), samples, words))
            except (OSError, AudioError, ValueError, KeyError, TypeError) as error:
                _log.warning("%s: phrase passed over: %s", file, error)

    def write(self, cache: PhraseCache) -> None:
        """Write what was served and is not there yet; each file whole or not at all. Blocks.

        Raises:
            OSError: If the folder can't be written to.
            AudioError: Likewise.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        for phrase in cache.frequent():
            file = self._folder / f"{_digest(phrase_key(phrase.text))}.json"
            if file.exists():
                continue
            write_wav(file.with_suffix(".wav"), [phrase.samples], cache.rate_hz)
            words = [[word.text, word.start_ns, word.end_ns] for word in phrase.words]
            _write_whole(file, json.dumps({"text": phrase.text, "words": words}))
        self._prune(cache)

    def _prune(self, cache: PhraseCache) -> None:
        """Keep no more than a cache holds: the oldest go."""
        files = sorted(self._folder.glob("*.wav"), key=lambda file: file.stat().st_mtime, reverse=True)
        room = cache.limit_s * cache.rate_hz * 2
        for file in files:
            room -= file.stat().st_size
            if room < 0:
                file.with_suffix(".json").unlink(missing_ok=True)
                file.unlink(missing_ok=True)


class PhraseMemory:
    """A session's way to the phrases of its voice.

    Sessions whose agents name the same voice, with the same settings, share what is remembered; a voice that
    is given as an object has a memory for each session. A chain of several voices has none: which of them
    spoke is not known.

    Args:
        agent: Who speaks.
        voice: With what.
        named: Whether that is the voice the agent names, not one that was given instead.
    """

    def __init__(self, agent: Agent, voice: TTS, *, named: bool) -> None:
        settings, voices = agent.phrases, choices("tts", agent.tts)
        self.cache: PhraseCache | None = None
        self._folder: PhraseFolder | None = None
        self._unread = False
        if not settings.memory_s or len(voices) > 1:
            return
        rate_hz = voice.format.rate_hz
        self._unread = True
        new = PhraseCache(rate_hz, settings.memory_s, settings.longest_chars)
        if not named or not isinstance(voices[0], ProviderSpec):
            self.cache = new
            return
        name = json.dumps([agent.to_dict()["tts"], agent.language, rate_hz], sort_keys=True, default=str)
        key = json.dumps([name, settings.memory_s, settings.longest_chars, str(settings.folder)])
        self._unread = key not in _shared
        self.cache = _shared.setdefault(key, new)
        if settings.folder is not None:
            self._folder = PhraseFolder(Path(settings.folder), name)

    async def read(self) -> None:
        """Fill the memory from the folder, if there is one and it was not yet."""
        if self.cache is not None and self._folder is not None and self._unread:
            self._unread = False
            await asyncio.to_thread(self._folder.read, self.cache)

    async def write(self) -> None:
        """Have what was used outlast the process, if there is a folder for it.

        Raises:
            OSError: If the folder can't be written to.
            AudioError: Likewise.
        """
        if self.cache is not None and self._folder is not None:
            await asyncio.to_thread(self._folder.write, self.cache)


def _write_whole(file: Path, text: str) -> None:
    handle, name = tempfile.mkstemp(dir=file.parent, suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as part:
            part.write(text)
        Path(name).replace(file)
    except OSError:
        with suppress(OSError):
            Path(name).unlink()
        raise


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]

"""OpenAI's realtime transcription sessions as a dialect.

Audio goes up in Base64 (24 kHz); with ``turn_detection`` off nothing becomes final until it is committed.
A commit makes an item of the audio so far; ``delta`` events give an item's text piece by piece (models made
for it begin before the commit, the others after), ``completed`` gives it whole, not always in the order of
the commits. A commit of less than 100 ms of audio is refused. No times are given: a final covers the audio
between two commits.
"""

from __future__ import annotations

import base64
import json
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from pydantic import BaseModel

from antiphon.audio import AudioFormat, Samples
from antiphon.core.events import Final, RecogniserEvent
from antiphon.errors import (
    ProviderConnectionError,
    ProviderError,
    ProviderProtocolError,
    ProviderRateLimitError,
    ProviderRequestError,
)
from antiphon.providers.http_errors import one_line
from antiphon.providers.stt.finals import Finals
from antiphon.providers.stt.socket_stream import FlushPlan
from antiphon.providers.websocket import Json, Outgoing
from antiphon.providers.wire import parsed

FORMAT = AudioFormat(24_000)  # the only rate that realtime sessions take as PCM
SHORTEST_COMMIT_SAMPLES = 2_400  # 100 ms
_TRANSCRIPTION = "conversation.item.input_audio_transcription."


class _ItemEvent(BaseModel):
    item_id: str
    delta: str | None = None
    transcript: str | None = None


@dataclass(slots=True)
class _Commit:
    flush: int | None  # which flush asked for it
    position_ns: int  # the audio sent before it
    item_id: str | None = None  # once the server has named it
    transcript: str | None = None  # once it is complete


class RealtimeDialect:
    """One transcription session; ``transcription`` is the model and what it is told."""

    ends_abruptly = False

    def __init__(self, provider: str, transcription: Mapping[str, object]) -> None:
        self._provider = provider
        self._transcription = dict(transcription)
        self._sent_samples = 0
        self._uncommitted_samples = 0
        self._commits: deque[_Commit] = deque()  # short: each flush is answered or overdue in time
        self._texts: dict[str, str] = {}  # by item, in order of appearance, until complete
        self._finals = Finals()
        self._ending = False

    @property
    def finished(self) -> bool:
        """Told to end, and every commit is answered."""
        return self._ending and not self._commits

    def opened(self) -> Sequence[Outgoing]:
        """The session's settings."""
        audio_input = {
            "format": {"type": "audio/pcm", "rate": FORMAT.rate_hz},
            "transcription": self._transcription,
            "turn_detection": None,
        }
        session = {"type": "transcription", "audio": {"input": audio_input}}
        return (json.dumps({"type": "session.update", "session": session}),)

    def audio(self, samples: Samples) -> Sequence[Outgoing]:
        """As it comes."""
        self._sent_samples += len(samples)
        self._uncommitted_samples += len(samples)
        return (_append(samples),) if len(samples) else ()

    def flush(self) -> FlushPlan:
        """A commit, unless all audio is committed and final already."""
        number, events = self._finals.flush(self._position_ns)
        return FlushPlan(self._commit(number) if number else (), events, number)

    def flush_overdue(self, number: int) -> Sequence[RecogniserEvent]:
        """What the deltas gave becomes final."""
        events = self._finals.overdue(number)
        if events:
            self._texts.clear()
        return events

    def idle(self) -> Sequence[Outgoing]:
        """Nothing: a session stays open, and the connection is pinged."""
        return ()

    def end(self) -> Sequence[Outgoing]:
        """A last commit, if there is audio left."""
        self._ending = True
        return self._commit(None) if self._uncommitted_samples else ()

    def received(self, message: Json) -> Sequence[RecogniserEvent]:
        """What becomes of the items."""
        kind = message.get("type")
        if kind == "error":
            raise self._error(message)
        if not isinstance(kind, str):
            raise ProviderProtocolError(self._provider, "sent a message without a type")
        if kind != "input_audio_buffer.committed" and not kind.startswith(_TRANSCRIPTION):
            return ()
        item = parsed(self._provider, _ItemEvent, kind, message)
        match kind.removeprefix(_TRANSCRIPTION):
            case "delta":
                return self._delta(item)
            case "completed":
                return self._completed(item)
            case "failed":
                raise self._error(message)
            case "input_audio_buffer.committed":
                self._name(item.item_id)
        return ()

    def closed(self) -> Sequence[RecogniserEvent]:
        """What the deltas gave."""
        return self._finals.close(self._position_ns)

    @property
    def _position_ns(self) -> int:
        return FORMAT.samples_to_ns(self._sent_samples)

    def _commit(self, flush: int | None) -> Sequence[Outgoing]:
        missing = SHORTEST_COMMIT_SAMPLES - self._uncommitted_samples
        self._uncommitted_samples = 0
        self._commits.append(_Commit(flush, self._position_ns))
        padding = (_append(np.zeros(missing, np.int16)),) if missing > 0 else ()
        return (*padding, '{"type": "input_audio_buffer.commit"}')

    def _name(self, item_id: str) -> None:
        for commit in self._commits:
            if commit.item_id is None:
                commit.item_id = item_id
                return

    def _delta(self, item: _ItemEvent) -> Sequence[RecogniserEvent]:
        self._texts[item.item_id] = self._texts.get(item.item_id, "") + (item.delta or "")
        text = " ".join(text.strip() for text in self._texts.values())
        return self._finals.interim(text.strip(), self._position_ns)

    def _completed(self, item: _ItemEvent) -> Sequence[RecogniserEvent]:
        for commit in self._commits:
            if commit.item_id == item.item_id:
                commit.transcript = (item.transcript or "").strip()
        events: list[RecogniserEvent] = []
        while self._commits and (transcript := self._commits[0].transcript) is not None:
            commit = self._commits.popleft()
            self._texts.pop(commit.item_id or "", None)
            final = Final(transcript, self._finals.end_ns, commit.position_ns)
            is_answer = commit.flush is not None and commit.flush == self._finals.oldest_flush
            events += self._finals.final(final, answers_flush=is_answer)
        return events

    def _error(self, message: Json) -> ProviderError:
        error = message.get("error")
        fields = error if isinstance(error, Mapping) else {}
        code, kind = fields.get("code"), fields.get("type")
        said = one_line(f"{fields.get('message') or 'no reason given'}" + (f" ({code})" if code else ""))
        if kind == "invalid_request_error" and code != "session_expired":
            return ProviderRequestError(self._provider, said)
        if code == "rate_limit_exceeded":
            return ProviderRateLimitError(self._provider, said)
        if kind == "server_error" or code == "session_expired":
            return ProviderConnectionError(self._provider, said)
        return ProviderError(self._provider, said)


def _append(samples: Samples) -> str:
    audio = base64.b64encode(samples.astype("<i2", copy=False).tobytes()).decode()
    return '{"type": "input_audio_buffer.append", "audio": "' + audio + '"}'

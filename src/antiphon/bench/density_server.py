"""A server of its own, in a process of its own, on a processor of its own: what a load generator calls."""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from antiphon.bench.density_parts import ScriptedModel, ScriptedRecogniser, ScriptedVoice
from antiphon.bench.meter import cpu_s, memory_bytes
from antiphon.bench.steady import STEADY
from antiphon.config import NO_PHRASES, Agent
from antiphon.errors import UserError
from antiphon.providers.base import ProviderContext
from antiphon.providers.registry import create_vad
from antiphon.runtime.providers import Providers
from antiphon.server.app import Server, create_app
from antiphon.server.limits import Limits
from antiphon.server.serving import serve
from antiphon.server.settings import ServerSettings

START_TIMEOUT_S = 60

# What a load generator does from one address; the process is to be measured when it has too much to do.
UNLIMITED = Limits(
    max_calls=100_000,
    max_calls_per_address=100_000,
    max_attempts_per_minute=1_000_000,
    max_messages_per_s=100_000,
    max_backlog_ms=600_000,
    max_lag_ms=10_000,
    max_load=1.0,
)


@dataclass(frozen=True, slots=True)
class ServerUnderLoad:
    """A server that runs.

    Attributes:
        port: On the loopback address.
        pid: Its process.
    """

    port: int
    pid: int

    @property
    def cpu_s(self) -> float:
        """Processor time that it has used so far."""
        return cpu_s((self.pid,)) or 0.0

    @property
    def memory_bytes(self) -> int:
        """Memory that is its own."""
        return memory_bytes((self.pid,)) or 0

    @property
    def file_descriptors(self) -> int:
        """Files and sockets that it has open."""
        return len(list(Path(f"/proc/{self.pid}/fd").iterdir()))


@contextmanager
def server_under_load(
    limits: Limits = UNLIMITED, cores: tuple[int, int] | None = None
) -> Iterator[ServerUnderLoad]:
    """A server with a real voice activity detector and scripted vendors, until the block is left.

    Args:
        limits: What it allows.
        cores: Which processor it has, and which is this process's; ``None``: as the system likes.

    Raises:
        UserError: If it does not start.
    """
    context = multiprocessing.get_context("spawn")
    before = os.sched_getaffinity(0)
    ours, its = context.Pipe()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        process = context.Process(
            target=_serve, args=(listener, its, limits, cores and cores[0]), daemon=True
        )
        process.start()
        its.close()
        try:
            if not ours.poll(START_TIMEOUT_S) or not ours.recv():
                raise UserError("the server under load did not start; what is above says why")
            if cores is not None:
                os.sched_setaffinity(0, {cores[1]})
            assert process.pid is not None
            yield ServerUnderLoad(listener.getsockname()[1], process.pid)
        except EOFError:
            raise UserError("the server under load did not start; what is above says why") from None
        finally:
            os.sched_setaffinity(0, before)
            process.terminate()
            process.join(START_TIMEOUT_S)
            process.kill()


def _serve(listener: socket.socket, started: Connection, limits: Limits, core: int | None) -> None:
    """The server's process."""
    if core is not None:
        os.sched_setaffinity(0, {core})
    vad = create_vad("silero", ProviderContext())
    parts = Providers(ScriptedRecogniser(), ScriptedModel(), ScriptedVoice(), vad)
    agent = Agent(
        stt=parts.stt, llm=parts.llm, tts=parts.tts, vad=parts.vad, phrases=NO_PHRASES, endpointing=STEADY
    )
    app = create_app(agent, ServerSettings(limits=limits, drain_s=0, hello_timeout_s=5), providers=parts)
    app.router.routes.append(Route("/left", _left))
    serve(app, listener, lambda: started.send(True))


async def _left(request: Request) -> Response:
    """What is there when all that can be thrown away has been."""
    gc.collect()
    held: Server = request.app.state.server
    left = {"calls": held.calls.total, "tasks": len(asyncio.all_tasks()), "objects": len(gc.get_objects())}
    return JSONResponse(left)

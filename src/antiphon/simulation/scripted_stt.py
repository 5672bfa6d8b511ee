"""A recogniser that hears what a simulated caller says: the service, and what goes wrong with it.

It behaves as a vendor's service does over the wire, but knows from the sound itself which words it is given.
"""

from __future__ import annotations

from random import Random

from antiphon.audio import AudioFormat
from antiphon.errors import ProviderAuthError, ProviderConnectionError
from antiphon.runtime.clock import Clock
from antiphon.simulation.caller import Caller, Said
from antiphon.simulation.faults import Fault, FaultsAt, Kind, Stage, Where
from antiphon.simulation.profile import Recogniser
from antiphon.simulation.scripted_stt_stream import PHANTOM_MS, ScriptedSTTStream
from antiphon.simulation.signal import FORMAT
from antiphon.simulation.vendor_log import VendorLog, at_ns


class ScriptedSTT:
    """The service: what outlives a connection."""

    name = "scripted/stt"
    format: AudioFormat = FORMAT

    def __init__(
        self,
        caller: Caller,
        settings: Recogniser,
        random: Random,
        clock: Clock,
        log: VendorLog,
        faults: FaultsAt | None = None,
    ) -> None:
        self.caller, self.settings, self.random, self.clock, self.log = caller, settings, random, clock, log
        self.faults = faults or FaultsAt((), Where.STT)
        self.stalls: list[tuple[int, int]] = []  # places between which nothing comes
        self.connections = 0
        self.received = 0  # place up to which audio was given, on whichever connection
        self._noticed = 0  # utterances whose faults are armed
        self._stream: ScriptedSTTStream | None = None

    def open(self) -> ScriptedSTTStream:
        """A connection."""
        return ScriptedSTTStream(self)

    async def aclose(self) -> None:
        """Nothing is held."""

    def connected(self, stream: ScriptedSTTStream) -> None:
        """A connection is made, if it may be."""
        number, self.connections = self.connections, self.connections + 1
        refused = self.faults.find(number, Kind.REFUSE)
        if refused is not None:
            kind = ProviderAuthError if refused.ms % 4 == 0 else ProviderConnectionError
            raise kind(self.name, "connection refused")
        self._stream = stream

    def notice(self) -> None:
        """Arm the faults of the utterances that have begun."""
        while self.faults and self._noticed < len(self.caller.said):
            said = self.caller.said[self._noticed]
            for fault in self.faults.of(self._noticed):
                self._arm(fault, said)
            self._noticed += 1

    def _arm(self, fault: Fault, said: Said) -> None:
        middle = (said.start + said.stop) // 2
        place = {Stage.START: said.start, Stage.MIDDLE: middle, Stage.END: said.stop}[fault.stage]
        if fault.kind is Kind.STALL:
            self.stalls.append((place, place + fault.ms))
        elif fault.kind in {Kind.ERROR, Kind.DISCONNECT}:
            self.clock.call_at(at_ns(place), lambda: self._break(fault))
        elif fault.kind is Kind.PHANTOM:
            self.clock.call_at(at_ns(said.stop + PHANTOM_MS + fault.ms), self._hear_phantom)

    def _break(self, fault: Fault) -> None:
        error = ProviderConnectionError(self.name, "connection lost") if fault.kind is Kind.ERROR else None
        if self._stream is not None:
            self._stream.break_off(error)

    def _hear_phantom(self) -> None:
        if self._stream is not None:
            self._stream.hear_phantom()

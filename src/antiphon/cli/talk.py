"""``antiphon talk``: talk to an agent through this machine's own microphone and loudspeaker."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import click

from antiphon.cli.output import config_option, console, note, read_agent
from antiphon.cli.recording import recording_options, recording_settings
from antiphon.config import Agent
from antiphon.core.times import NS_PER_MS
from antiphon.recording.recorder import CallRecorder
from antiphon.runtime.clock import Clock
from antiphon.runtime.session import Session
from antiphon.telemetry.live import LivePrinter
from antiphon.telemetry.report import ReportBuilder
from antiphon.telemetry.wording import about_ms, quantity
from antiphon.transports.microphone import MicrophoneTransport, SoundDevice, sound_devices, sound_library

QUIET_DBFS = -70.0  # no microphone in a room with a person in it is quieter
CHECK_S = 5
CHECK_EVERY_MS = 100
METER_DBFS, METER_WIDTH = 60, 40


@click.command()
@config_option
@click.option("--list-devices", is_flag=True, help="Print the devices there are, and stop.")
@click.option("--check", is_flag=True, help="Show the microphone's level for five seconds, and stop.")
@click.option("--input", "microphone", metavar="DEVICE", help="Number or part of the name of the microphone.")
@click.option("--output", "loudspeaker", metavar="DEVICE", help="The same of the loudspeaker.")
@click.option("--headphones", is_flag=True, help="There is no echo: let everything through, always.")
@recording_options
def talk(
    config: str | None,
    microphone: str | None,
    loudspeaker: str | None,
    record_to: Path | None,
    keep_days: float,
    *,
    list_devices: bool,
    check: bool,
    headphones: bool,
) -> None:
    """Talk to an agent through the microphone and the loudspeaker, until Ctrl-C.

    Without --headphones, what is no louder than the agent's own echo is not heard while it speaks: to
    interrupt it, speak up.
    """
    library = sound_library()
    if list_devices:
        for device in sound_devices(library):
            click.echo(device_line(device))
        return

    line = MicrophoneTransport(
        library,
        microphone=as_device(microphone),
        loudspeaker=as_device(loudspeaker),
        echo_guard=not headphones,
    )
    if check:
        asyncio.run(_check(line))
        return
    agent = read_agent(config)
    record = recording_settings(record_to, keep_days)
    recorder = None if record is None else CallRecorder(record, agent)
    builder = ReportBuilder()
    try:
        asyncio.run(_talk(agent, line, recorder, builder))
    except KeyboardInterrupt:
        """The usual end."""
    report = builder.build()
    p50 = report.percentile_ms(0.5)
    delay = "" if p50 is None else f"; glass to glass {about_ms(p50)} at the median"
    kept = "" if recorder is None else f"; recorded: {recorder.folder}"
    lost = "" if not line.dropped else f"; {quantity(line.dropped, 'frame')} of the microphone's lost"
    click.echo(f"{quantity(len(report.turns), 'turn')}{delay}{kept}{lost}")


def as_device(given: str | None) -> int | str | None:
    """A device's number, or a part of its name."""
    return int(given) if given is not None and given.isdecimal() else given


def device_line(device: SoundDevice) -> str:
    """A device in one line."""
    kinds = [name for name, count in (("in", device.inputs), ("out", device.outputs)) if count]
    return f"{device.index:>3}  {device.name}  ({', '.join(kinds)}{', default' if device.default else ''})"


def meter(level_dbfs: float) -> str:
    """A level as a bar."""
    filled = round(METER_WIDTH * min(1.0, max(0.0, 1 + level_dbfs / METER_DBFS)))
    return f"{'█' * filled}{'·' * (METER_WIDTH - filled)} {level_dbfs:4.0f} dBFS"


async def _check(line: MicrophoneTransport) -> None:
    clock, loudest = Clock(), -120.0
    async with line:
        for _ in range(CHECK_S * 1_000 // CHECK_EVERY_MS):
            await clock.sleep_until(clock.now_ns() + CHECK_EVERY_MS * NS_PER_MS)
            loudest = max(loudest, line.level_dbfs)
            click.echo(f"\r{meter(line.level_dbfs)}", nl=False)
    click.echo(f"\nLoudest {loudest:.0f} dBFS")
    if loudest < QUIET_DBFS:
        note("Nothing comes from the microphone: is it muted, or is another one meant? (--list-devices)")


async def _talk(
    agent: Agent, line: MicrophoneTransport, recorder: CallRecorder | None, builder: ReportBuilder
) -> None:
    session = Session(agent)
    session.observe(builder.observe, at_once=True)
    async with AsyncExitStack() as stack:
        printer = stack.enter_context(LivePrinter(console()))
        session.observe(printer.observe, at_once=True)
        if recorder is not None:
            await stack.enter_async_context(recorder)
            recorder.attach(session)
        await stack.enter_async_context(session)
        await stack.enter_async_context(line)
        note("Speak. Ctrl-C ends the call.")
        frames = line.frames()
        async for frame in session.process(frames if recorder is None else recorder.hearing(frames)):
            if recorder is not None:
                recorder.add_agent(frame)
            await line.play(frame)

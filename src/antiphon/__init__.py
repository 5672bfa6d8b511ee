"""Antiphon: voice agents that answer at human speed.

Names are imported when they are first used, so that a command or a tool pays only for what it needs.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from antiphon.audio import AudioFormat, AudioFrame
    from antiphon.config import Agent, Mode, Modes, Playout
    from antiphon.config_file import load_agent
    from antiphon.core.endpointing import Endpointing
    from antiphon.core.habits import Habits
    from antiphon.core.interruption import Interruption
    from antiphon.core.judge import Judge, JudgeSettings, Measure, Verdict
    from antiphon.core.keypad import Keypad
    from antiphon.core.messages import Message
    from antiphon.core.notices import (
        CallerAway,
        CallerBack,
        CaptionsSpoken,
        CaptionWord,
        DraftCommitted,
        DraftDiscarded,
        DraftStarted,
        EndOfTurn,
        HandedOver,
        HistoryTrimmed,
        Ledger,
        Notice,
        ReplyAudible,
        ReplyOver,
        ToolEnded,
        ToolStarted,
        TranscriptChanged,
        Trouble,
        TurnEnded,
        TurnRecord,
        TurnStarted,
    )
    from antiphon.core.preparation import Document
    from antiphon.core.presence import Presence
    from antiphon.core.speculation import Speculation, Strategy, Trigger
    from antiphon.core.tools import OnBargeIn, ToolOutcome, ToolUse
    from antiphon.core.trimming import Window
    from antiphon.core.voice_activity import VoiceActivity
    from antiphon.errors import (
        AntiphonError,
        AudioError,
        ConfigError,
        MissingExtraError,
        PeerError,
        ProviderError,
        SessionClosedError,
        UserError,
    )
    from antiphon.handover import HandOver
    from antiphon.history_file import dump_history, load_history
    from antiphon.hooks import LeftOut, ReplyContext
    from antiphon.providers.spec import ProviderSpec
    from antiphon.runtime.providers import Providers
    from antiphon.runtime.session import Session
    from antiphon.runtime.tool_servers import tools_from
    from antiphon.speakable.settings import Speakable
    from antiphon.telemetry.settings import Telemetry
    from antiphon.tool_servers import ToolServer
    from antiphon.tools import Tool, ToolContext, ToolError, tool

__all__ = [
    "Agent",
    "AntiphonError",
    "AudioError",
    "AudioFormat",
    "AudioFrame",
    "CallerAway",
    "CallerBack",
    "CaptionWord",
    "CaptionsSpoken",
    "ConfigError",
    "Document",
    "DraftCommitted",
    "DraftDiscarded",
    "DraftStarted",
    "EndOfTurn",
    "Endpointing",
    "Habits",
    "HandOver",
    "HandedOver",
    "HistoryTrimmed",
    "Interruption",
    "Judge",
    "JudgeSettings",
    "Keypad",
    "Ledger",
    "LeftOut",
    "Measure",
    "Message",
    "MissingExtraError",
    "Mode",
    "Modes",
    "Notice",
    "OnBargeIn",
    "PeerError",
    "Playout",
    "Presence",
    "ProviderError",
    "ProviderSpec",
    "Providers",
    "ReplyAudible",
    "ReplyContext",
    "ReplyOver",
    "Session",
    "SessionClosedError",
    "Speakable",
    "Speculation",
    "Strategy",
    "Telemetry",
    "Tool",
    "ToolContext",
    "ToolEnded",
    "ToolError",
    "ToolOutcome",
    "ToolServer",
    "ToolStarted",
    "ToolUse",
    "TranscriptChanged",
    "Trigger",
    "Trouble",
    "TurnEnded",
    "TurnRecord",
    "TurnStarted",
    "UserError",
    "Verdict",
    "VoiceActivity",
    "Window",
    "dump_history",
    "load_agent",
    "load_history",
    "tool",
    "tools_from",
]

_HOMES = {
    "Agent": "antiphon.config",
    "AntiphonError": "antiphon.errors",
    "AudioError": "antiphon.errors",
    "AudioFormat": "antiphon.audio",
    "AudioFrame": "antiphon.audio",
    "CallerAway": "antiphon.core.notices",
    "CallerBack": "antiphon.core.notices",
    "CaptionWord": "antiphon.core.notices",
    "CaptionsSpoken": "antiphon.core.notices",
    "ConfigError": "antiphon.errors",
    "Document": "antiphon.core.preparation",
    "DraftCommitted": "antiphon.core.notices",
    "DraftDiscarded": "antiphon.core.notices",
    "DraftStarted": "antiphon.core.notices",
    "EndOfTurn": "antiphon.core.notices",
    "Endpointing": "antiphon.core.endpointing",
    "Habits": "antiphon.core.habits",
    "HandOver": "antiphon.handover",
    "HandedOver": "antiphon.core.notices",
    "HistoryTrimmed": "antiphon.core.notices",
    "Interruption": "antiphon.core.interruption",
    "Keypad": "antiphon.core.keypad",
    "Presence": "antiphon.core.presence",
    "Judge": "antiphon.core.judge",
    "JudgeSettings": "antiphon.core.judge",
    "Ledger": "antiphon.core.notices",
    "LeftOut": "antiphon.hooks",
    "Measure": "antiphon.core.judge",
    "Message": "antiphon.core.messages",
    "MissingExtraError": "antiphon.errors",
    "Mode": "antiphon.config",
    "Modes": "antiphon.config",
    "Notice": "antiphon.core.notices",
    "OnBargeIn": "antiphon.core.tools",
    "PeerError": "antiphon.errors",
    "Playout": "antiphon.config",
    "ProviderError": "antiphon.errors",
    "ProviderSpec": "antiphon.providers.spec",
    "Providers": "antiphon.runtime.providers",
    "ReplyAudible": "antiphon.core.notices",
    "ReplyContext": "antiphon.hooks",
    "ReplyOver": "antiphon.core.notices",
    "Session": "antiphon.runtime.session",
    "SessionClosedError": "antiphon.errors",
    "Speakable": "antiphon.speakable.settings",
    "Speculation": "antiphon.core.speculation",
    "Strategy": "antiphon.core.speculation",
    "Telemetry": "antiphon.telemetry.settings",
    "Tool": "antiphon.tools",
    "ToolContext": "antiphon.tools",
    "ToolEnded": "antiphon.core.notices",
    "ToolError": "antiphon.tools",
    "ToolOutcome": "antiphon.core.tools",
    "ToolServer": "antiphon.tool_servers",
    "ToolStarted": "antiphon.core.notices",
    "ToolUse": "antiphon.core.tools",
    "TranscriptChanged": "antiphon.core.notices",
    "Trigger": "antiphon.core.speculation",
    "Trouble": "antiphon.core.notices",
    "TurnEnded": "antiphon.core.notices",
    "TurnRecord": "antiphon.core.notices",
    "TurnStarted": "antiphon.core.notices",
    "UserError": "antiphon.errors",
    "Verdict": "antiphon.core.judge",
    "VoiceActivity": "antiphon.core.voice_activity",
    "Window": "antiphon.core.trimming",
    "dump_history": "antiphon.history_file",
    "load_agent": "antiphon.config_file",
    "load_history": "antiphon.history_file",
    "tool": "antiphon.tools",
    "tools_from": "antiphon.runtime.tool_servers",
}


def __getattr__(name: str) -> Any:
    """Import a public name from where it lives."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """The public names, imported or not."""
    return sorted({*globals(), *__all__})

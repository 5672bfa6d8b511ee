"""Doubles of cloud vendors on loopback ports: their wire protocols, without their clouds, keys or bills."""

from antiphon.errors import MissingExtraError

try:
    import starlette  # noqa: F401
    import uvicorn  # noqa: F401
    import websockets  # noqa: F401
except ImportError as error:
    raise MissingExtraError("the web server of the vendor doubles", "vendors") from error

from antiphon.testing.vendors.deepgram import DeepgramDouble
from antiphon.testing.vendors.faults import Fault, FaultKind, FaultPlan
from antiphon.testing.vendors.openai import OpenAIDouble
from antiphon.testing.vendors.profiles import PROFILES, Profile
from antiphon.testing.vendors.records import RequestLog, RequestRecord
from antiphon.testing.vendors.replies import CalledTool, Reply
from antiphon.testing.vendors.speech_source import script, spoken, voiced_audio

__all__ = [
    "PROFILES",
    "CalledTool",
    "DeepgramDouble",
    "Fault",
    "FaultKind",
    "FaultPlan",
    "OpenAIDouble",
    "Profile",
    "Reply",
    "RequestLog",
    "RequestRecord",
    "script",
    "spoken",
    "voiced_audio",
]

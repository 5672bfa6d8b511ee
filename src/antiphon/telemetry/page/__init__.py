"""A call's report as one HTML page that needs nothing but itself: ``write_page`` and ``render_page``."""

from antiphon.telemetry.page.document import render_page, write_page
from antiphon.telemetry.page.recording import Recording, load_recording

__all__ = ["Recording", "load_recording", "render_page", "write_page"]

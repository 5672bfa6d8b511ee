"""From a Python module to the agent in it, or to one line that says what is wrong with the module."""

from __future__ import annotations

import importlib
import importlib.util
import re
import sys
import traceback
from pathlib import Path
from types import ModuleType
from typing import Final

from antiphon.config import Agent
from antiphon.errors import ConfigError

AGENT: Final = "agent"  # what it is called in a module, unless another name is given


_NOT_THEIRS: Final = str(Path(__file__).parent)  # a failure's line is the author's, not one in this package
_FILE = re.compile(r"(?P<file>.+\.py)(?::(?P<name>\w+))?")
_MODULE = re.compile(r"(?P<module>[A-Za-z_][\w.]*):(?P<name>\w+)")


def is_module(place: str) -> bool:
    """Whether an agent's place is in Python: ``agent.py``, ``agent.py:name`` or ``module:name``."""
    return bool(_FILE.fullmatch(place) or _MODULE.fullmatch(place))


def agent_in(place: str) -> Agent:
    """The agent in a Python file or module, which is run once in a process.

    Modules in the file's folder can be imported, as when it is run by itself; without a file, those in the
    current folder.

    Args:
        place: ``agent.py`` for what is called ``agent`` there, ``agent.py:name``, or ``package.module:name``.

    Raises:
        ConfigError: If there is none; where the module fails, the message names the line.
    """
    file, module = _FILE.fullmatch(place), _MODULE.fullmatch(place)
    if file is not None and not Path(file["file"]).is_file():
        raise ConfigError(f"{file['file']}: no such file or directory")
    folder = Path.cwd() if file is None else Path(file["file"]).resolve().parent
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    try:
        if file is not None:
            found, name = _run(folder / Path(file["file"]).name), file["name"] or AGENT
        else:
            assert module is not None, f"no place in Python: {place}"
            found, name = importlib.import_module(module["module"]), module["name"]
    except Exception as error:  # noqa: BLE001 - the boundary to anyone's code: the line that failed is named
        raise ConfigError(f"{place}: {_failure(error, folder)}") from None
    agent = getattr(found, name, None)
    if isinstance(agent, Agent):
        return agent
    agents = [each for each, value in vars(found).items() if isinstance(value, Agent)]
    there = f"there is {', '.join(agents)}" if agents else "there is none in it"
    raise ConfigError(f"{place}: expected an Agent called {name!r}; {there}")


def _run(file: Path) -> ModuleType:
    """A file as a module, under a name that hides no other one's."""
    called = f"__agent__{file.stem}"
    known = sys.modules.get(called)
    if known is not None and known.__file__ == str(file):
        return known
    spec = importlib.util.spec_from_file_location(called, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[called] = module  # where what is defined there is looked for
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[called]
        raise
    return module


def _failure(error: Exception, folder: Path) -> str:
    """What went wrong, and at which line of the code in a folder."""
    if isinstance(error, SyntaxError):
        return f"{error.filename}:{error.lineno}: {error.msg}"
    at = ""
    for frame in traceback.extract_tb(error.__traceback__):
        own = frame.filename.startswith(str(folder)) and not frame.filename.startswith(_NOT_THEIRS)
        if own and "site-packages" not in frame.filename:
            at = f" (line {frame.lineno} of {Path(frame.filename).name})"
    kind = "" if isinstance(error, ConfigError) else f"{type(error).__name__}: "
    return f"{kind}{error}{at}"

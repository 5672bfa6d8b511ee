"""The rules of the house, read off every module's syntax tree; each rule is tested on a breach of it."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from antiphon.providers.registry import BUILT_IN

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "antiphon"

LONGEST_FILE = 500
LONGEST_FUNCTION = 60

CORE_MAY_IMPORT = frozenset(
    {"__future__", "bisect", "collections", "collections.abc", "dataclasses", "enum", "functools", "heapq"}
    | {"itertools", "math", "operator", "re", "string", "types", "typing", "unicodedata"}
    | {"antiphon.audio", "antiphon.errors"}
)
CORE_MAY_IMPORT_BELOW = ("antiphon.core", "numpy", "rapidfuzz")
CLOCK = "antiphon.runtime.clock"
OPENTELEMETRY = "antiphon.telemetry.otel"
BOUNDARIES = {
    "antiphon.config_module": "whatever an author's module does is told in one line",
    "antiphon.cli.main": "turns whatever goes wrong into one line and an exit code",
    "antiphon.runtime.errands": "whatever a hook does is reported, and never ends the call",
    "antiphon.runtime.observers": "whatever a listener does is reported, and never ends the call",
    "antiphon.runtime.tool_servers": "whatever a server of tools does is reported, and never ends the call",
    "antiphon.runtime.toolbox": "whatever a tool does is told to the model, and never ends the call",
    "antiphon.runtime.draft": "whatever any provider does ends its draft, and never the call",
    "antiphon.simulation.call": "whatever comes out of a simulated call is a finding",
    "antiphon.simulation.core_only": "the same",
}  # where every exception may be caught, and why
PROVIDERS = tuple(entry.module for table in BUILT_IN.values() for entry in table.values())
ABOVE_THE_LEAVES = (
    *("antiphon.cli", "antiphon.bench", "antiphon.server", "antiphon.simulation", "antiphon.testing"),
    *("antiphon.runtime", "antiphon.config", "antiphon.config_file", "antiphon.providers.registry"),
)
LEAF = re.compile(r"(antiphon\.(?:transports|providers\.(?:stt|llm|tts|vad|turn|embedder)))\.(?!base\b)(\w+)")
TIME_READS = frozenset(
    {"time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns", "sleep"}
    | {
        "process_time",
        "process_time_ns",
        "thread_time",
        "thread_time_ns",
        "clock_gettime",
        "clock_gettime_ns",
    }
    | {"localtime", "gmtime", "ctime", "strftime"}
)
DATE_READS = frozenset({"now", "utcnow", "today"})
QUEUES = frozenset({"Queue", "LifoQueue", "PriorityQueue", "JoinableQueue", "SimpleQueue"})


@dataclass(frozen=True, slots=True)
class Module:
    """A module of the package, or one made up to break a rule."""

    name: str
    text: str

    @property
    def tree(self) -> ast.Module:
        return parsed(self.text)

    @property
    def is_core(self) -> bool:
        return self.name.startswith("antiphon.core")


@cache
def parsed(text: str) -> ast.Module:
    return ast.parse(text)


Rule = Callable[[Module], Iterator[str]]


def dotted(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = [Module(dotted(path), path.read_text(encoding="utf-8")) for path in sorted(PACKAGE.rglob("*.py"))]


def imports(module: Module) -> Iterator[tuple[int, str]]:
    """Every import as (line, module); ``from x import y`` is ``x.y`` where that is a module of ours."""
    ours = {each.name for each in MODULES}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            for alias in node.names:
                yield node.lineno, inner if (inner := f"{base}.{alias.name}") in ours else base


def is_below(name: str, rooms: tuple[str, ...]) -> bool:
    return any(name == room or name.startswith(f"{room}.") for room in rooms)


def named(node: ast.expr) -> str:
    """The last name of an expression: ``loop`` for ``self._loop`` and for ``get_running_loop()``."""
    if isinstance(node, ast.Call):
        return named(node.func)
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


# --- the rules ----------------------------------------------------------------------------------------


def core_imports_only_what_is_pure(module: Module) -> Iterator[str]:
    for line, name in imports(module) if module.is_core else ():
        if name not in CORE_MAY_IMPORT and not is_below(name, CORE_MAY_IMPORT_BELOW):
            yield f"{line}: core imports {name}"


def only_the_clock_reads_time(module: Module) -> Iterator[str]:
    if module.name == CLOCK:
        return
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom) and node.module == "time":
            for alias in node.names:
                if alias.name in TIME_READS:
                    yield f"{node.lineno}: time.{alias.name}"
        if not isinstance(node, ast.Attribute):
            continue
        owner = named(node.value)
        if (
            (owner == "time" and node.attr in TIME_READS)
            or (owner.lstrip("_").endswith("loop") and node.attr in {"time", "call_at", "call_later"})
            or (owner in {"datetime", "date"} and node.attr in DATE_READS)
        ):
            yield f"{node.lineno}: {owner}.{node.attr}"


def only_boundaries_catch_everything(module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.ExceptHandler) or module.name in BOUNDARIES:
            continue
        kinds = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
        if any(kind is None or named(kind) in {"Exception", "BaseException"} for kind in kinds):
            yield f"{node.lineno}: catches everything"


def only_one_module_imports_opentelemetry(module: Module) -> Iterator[str]:
    for line, name in imports(module) if module.name != OPENTELEMETRY else ():
        if is_below(name, ("opentelemetry",)):
            yield f"{line}: imports {name}"


def a_leaf_imports_no_other_leaf_and_nothing_above_it(module: Module) -> Iterator[str]:
    """A provider may share helpers with its room; transports share their base alone, or one's own parts."""
    if (itself := LEAF.fullmatch(module.name)) is None:
        return
    for line, name in imports(module):
        other = LEAF.fullmatch(name)
        elsewhere = other is not None and other[1] != itself[1]
        transport = other is not None and "transports" in name and not other[2].startswith(itself[2])
        if elsewhere or transport or is_below(name, (*ABOVE_THE_LEAVES, *set(PROVIDERS) - {module.name})):
            yield f"{line}: imports {name}"


def tasks_belong_to_a_task_group(module: Module) -> Iterator[str]:
    if module.name == "antiphon.simulation.loop":  # the loop itself: a task that outlives it is an error
        return
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Call):
            continue
        name = named(node.func)
        owner = named(node.func.value) if isinstance(node.func, ast.Attribute) else ""
        bare = owner in {"", "asyncio"} or owner.endswith("loop")
        if (name == "create_task" and bare) or name in {"ensure_future", "run_coroutine_threadsafe"}:
            yield f"{node.lineno}: {owner}.{name}"


def queues_are_bounded(module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and named(node.func) in QUEUES and not (node.args or node.keywords):
            yield f"{node.lineno}: {named(node.func)} without a bound"


def a_file_says_why_it_exists_and_is_no_longer_than_it_must_be(module: Module) -> Iterator[str]:
    if not ast.get_docstring(module.tree):
        yield "1: says nothing at its top"
    if (lines := module.text.count("\n")) > LONGEST_FILE:
        yield f"1: {lines} lines"


def functions_fit_a_screen(module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > LONGEST_FUNCTION:
                yield f"{node.lineno}: {node.name} has {lines} lines"


def nothing_is_left_for_later(module: Module) -> Iterator[str]:
    for number, line in enumerate(module.text.splitlines(), 1):
        if re.search(r"\b(TODO|FIXME|XXX|NotImplementedError)\b", line):
            yield f"{number}: {line.strip()}"


BREACHES: dict[Rule, list[tuple[str, str]]] = {
    core_imports_only_what_is_pure: [
        ("antiphon.core.x", "import asyncio"),
        ("antiphon.core.x", "from time import monotonic"),
        ("antiphon.core.x", "def f():\n    import random"),
        ("antiphon.core.x", "from antiphon.runtime.clock import Clock"),
        ("antiphon.core.language.x", "from pathlib import Path"),
    ],
    only_the_clock_reads_time: [
        ("antiphon.x", "import time\nnow = time.monotonic()"),
        ("antiphon.x", "from time import perf_counter_ns"),
        ("antiphon.x", "now = asyncio.get_running_loop().time()"),
        ("antiphon.x", "now = self._loop.time()"),
        ("antiphon.x", "self._loop.call_later(1, f)"),
        ("antiphon.x", "today = datetime.datetime.now()"),
        ("antiphon.x", "read = time.monotonic_ns"),
        ("antiphon.x", "time.sleep(1)"),
    ],
    only_boundaries_catch_everything: [
        ("antiphon.x", "try:\n    f()\nexcept Exception:\n    pass"),
        ("antiphon.x", "try:\n    f()\nexcept:\n    raise"),
        ("antiphon.x", "try:\n    f()\nexcept (OSError, BaseException) as e:\n    raise"),
    ],
    only_one_module_imports_opentelemetry: [
        ("antiphon.runtime.session", "def f():\n    from opentelemetry.sdk import trace"),
        ("antiphon.cli.x", "import opentelemetry.trace"),
    ],
    a_leaf_imports_no_other_leaf_and_nothing_above_it: [
        ("antiphon.providers.stt.x", "from antiphon.providers.stt.deepgram import Deepgram"),
        ("antiphon.providers.llm.x", "from antiphon.providers.tts.x import X"),
        ("antiphon.providers.llm.x", "from antiphon.runtime.clock import Clock"),
        ("antiphon.transports.file", "from antiphon.transports.websocket import Peer"),
        ("antiphon.transports.file", "from antiphon import config"),
        ("antiphon.providers.vad.x", "from antiphon.providers import registry"),
    ],
    tasks_belong_to_a_task_group: [
        ("antiphon.x", "asyncio.create_task(f())"),
        ("antiphon.x", "asyncio.get_running_loop().create_task(f())"),
        ("antiphon.x", "create_task(f())"),
        ("antiphon.x", "asyncio.ensure_future(f())"),
    ],
    queues_are_bounded: [
        ("antiphon.x", "queue = asyncio.Queue()"),
        ("antiphon.x", "from queue import SimpleQueue\nqueue = SimpleQueue()"),
    ],
    a_file_says_why_it_exists_and_is_no_longer_than_it_must_be: [
        ("antiphon.x", "x = 1\n"),
        ("antiphon.x", '"""Long."""\n' + "x = 1\n" * LONGEST_FILE),
    ],
    functions_fit_a_screen: [
        ("antiphon.x", "def f():\n" + "    x = 1\n" * LONGEST_FUNCTION),
        ("antiphon.x", "async def f():\n" + "    x = 1\n" * LONGEST_FUNCTION),
    ],
    nothing_is_left_for_later: [
        ("antiphon.x", "x = 1  # TO" + "DO: two"),
        ("antiphon.x", "raise NotImplemented" + "Error"),
    ],
}

ALLOWED: dict[Rule, list[tuple[str, str]]] = {
    core_imports_only_what_is_pure: [
        (
            "antiphon.core.x",
            "from collections.abc import Sequence\nfrom rapidfuzz.distance import Levenshtein",
        ),
        ("antiphon.core.x", "from antiphon.core.events import Word\nimport numpy as np"),
        ("antiphon.runtime.x", "import asyncio"),
    ],
    only_the_clock_reads_time: [
        (CLOCK, "import time\ntime.monotonic_ns()"),
        ("antiphon.x", "x = event.time\nclock.now_ns()\nclock.call_at(3, f)"),
    ],
    only_boundaries_catch_everything: [
        ("antiphon.x", "try:\n    f()\nexcept (OSError, ValueError):\n    raise"),
        ("antiphon.cli.main", "try:\n    f()\nexcept Exception:\n    pass"),
    ],
    only_one_module_imports_opentelemetry: [(OPENTELEMETRY, "import opentelemetry.trace")],
    a_leaf_imports_no_other_leaf_and_nothing_above_it: [
        ("antiphon.providers.stt.x", "from antiphon.providers.base import STT\nimport antiphon.core.events"),
        ("antiphon.providers.stt.x", "from antiphon.providers.stt.shared import helper"),
        ("antiphon.transports.file", "from antiphon.transports.base import Transport"),
        ("antiphon.transports.webrtc", "from antiphon.transports.webrtc_tracks import Track"),
        ("antiphon.runtime.session", "from antiphon.providers.registry import create_stt"),
    ],
    tasks_belong_to_a_task_group: [("antiphon.x", "group.create_task(f())\nself._tasks.create_task(f())")],
    queues_are_bounded: [("antiphon.x", "queue = asyncio.Queue(10)\nother = Queue(maxsize=3)")],
    a_file_says_why_it_exists_and_is_no_longer_than_it_must_be: [("antiphon.x", '"""Why."""\n')],
    functions_fit_a_screen: [("antiphon.x", "def f():\n" + "    x = 1\n" * (LONGEST_FUNCTION - 1))],
    nothing_is_left_for_later: [("antiphon.x", "return NotImplemented")],
}


def rule_id(rule: Rule) -> str:
    return rule.__name__


def cases(of: dict[Rule, list[tuple[str, str]]]) -> list[object]:
    return [
        pytest.param(rule, Module(name, text), id=f"{rule_id(rule)}-{number}")
        for rule, examples in of.items()
        for number, (name, text) in enumerate(examples)
    ]


@pytest.mark.parametrize("rule", BREACHES, ids=rule_id)
def test_the_package_keeps_the_rule(rule: Rule) -> None:
    breaches = [f"{module.name}:{breach}" for module in MODULES for breach in rule(module)]
    assert not breaches, "\n".join(breaches)


@pytest.mark.parametrize(("rule", "module"), cases(BREACHES))
def test_a_breach_of_the_rule_is_found(rule: Rule, module: Module) -> None:
    assert list(rule(module))


@pytest.mark.parametrize(("rule", "module"), cases(ALLOWED))
def test_what_the_rule_allows_is_let_through(rule: Rule, module: Module) -> None:
    assert not list(rule(module))


# --- rules about the tree as a whole ------------------------------------------------------------------


def does_something(module: Module) -> bool:
    """Whether a module holds more than names, data and Protocols."""
    functions = [
        node for node in ast.walk(module.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    return any(not is_constant(each.body[-1]) for each in functions)


def is_constant(statement: ast.stmt) -> bool:
    """A docstring or an ellipsis."""
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def untested(modules: list[str], tests: list[str]) -> list[str]:
    """Modules without a test file in their mirrored place."""
    return [
        name for name in modules if re.sub(r"(\w+)$", r"test_\1", name.removeprefix("antiphon.")) not in tests
    ]


def undocumented(exported: list[str], reference: str) -> list[str]:
    """Public names that the reference does not show as code."""
    return [name for name in exported if not re.search(rf"`[^`\n]*\b{re.escape(name)}\b[^`\n]*`", reference)]


def test_each_module_has_its_own_test_file() -> None:
    packages = {dotted(path) for path in PACKAGE.rglob("__init__.py")}
    modules = [one.name for one in MODULES if one.name not in packages and does_something(one)]
    tests = [
        ".".join(path.relative_to(ROOT / "tests").with_suffix("").parts)
        for path in (ROOT / "tests").rglob("test_*.py")
    ]
    assert not untested(modules, tests)


def test_a_module_without_a_test_file_is_found() -> None:
    tests = ["test_audio", "core.test_events"]
    assert untested(["antiphon.audio", "antiphon.core.events"], tests) == []
    assert untested(["antiphon.errors", "antiphon.core.audio"], tests) == [
        "antiphon.errors",
        "antiphon.core.audio",
    ]


def test_each_public_name_is_in_the_reference() -> None:
    tree = ast.parse((PACKAGE / "__init__.py").read_text(encoding="utf-8"))
    exported = [
        name
        for node in tree.body
        if isinstance(node, ast.Assign) and named(node.targets[0]) == "__all__"
        for name in ast.literal_eval(node.value)
    ]
    reference = (ROOT / "docs" / "reference" / "api.md").read_text(encoding="utf-8")
    assert not undocumented(exported, reference)


def test_a_public_name_missing_from_the_reference_is_found() -> None:
    assert undocumented(
        ["Agent", "Session"], "The class `Agent(...)` is an agent; a Session is not shown."
    ) == ["Session"]

"""A pytest plug-in, there as soon as Antiphon is installed: fixtures to rehearse calls with.

Nothing of Antiphon is imported until a test asks for a fixture.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from antiphon.testing.rehearsal import Rehearsal

_CALLS = pytest.StashKey[list["Rehearsal"]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--update-conversations``."""
    parser.getgroup("antiphon").addoption(
        "--update-conversations",
        action="store_true",
        help="Write the conversations that tests compare with those kept, instead of comparing.",
    )


@pytest.fixture
def rehearse(request: pytest.FixtureRequest) -> Iterator[Callable[..., Rehearsal]]:
    """Holds calls with an agent: ``rehearse(agent, model)`` is a ``Rehearsal``, ended with the test.

    Where the test fails, its report shows the conversations.
    """
    from antiphon.testing.rehearsal import Rehearsal  # noqa: PLC0415 - see above

    calls: list[Rehearsal] = []
    request.node.stash[_CALLS] = calls
    with ExitStack() as stack:

        def begin(*args: Any, **options: Any) -> Rehearsal:
            call = stack.enter_context(Rehearsal(*args, **options))
            calls.append(call)
            return call

        yield begin


@pytest.fixture
def same_conversation(request: pytest.FixtureRequest) -> Callable[[Rehearsal], None]:
    """Compares a call's transcript with the one kept in ``conversations/`` beside the test's file.

    With ``--update-conversations`` it is kept instead; read the difference before it is committed.
    """

    def compare(call: Rehearsal) -> None:
        name = f"{request.path.stem}.{request.node.name}".replace("/", "_")
        file = Path(request.path.parent, "conversations", f"{name}.txt")
        found = call.transcript + "\n"
        if request.config.getoption("--update-conversations"):
            file.parent.mkdir(exist_ok=True)
            file.write_text(found, encoding="utf-8")
        elif not file.exists():
            pytest.fail(
                f"no conversation is kept in {file}: run pytest --update-conversations once", pytrace=False
            )
        else:
            assert found == file.read_text(encoding="utf-8"), f"the conversation is not the one in {file}"

    return compare


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show the conversations of a test that failed."""
    report = yield
    calls = item.stash.get(_CALLS, None)
    if report.when == "call" and report.failed and calls is not None:
        for number, call in enumerate(calls, 1):
            report.sections.append((f"conversation {number}", call.account))
    return report

"""``antiphon judge``: one JSON line a pair, in order; bad input in one clear line."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from antiphon.cli.main import main


def judged(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, Any]]:
    assert main(["judge", *arguments]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["judge", *arguments]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    return said.err


def test_a_pair_is_judged(capsys: pytest.CaptureFixture[str]) -> None:
    (line,) = judged(capsys, "turn it on", "turn it off")
    assert list(line) == ["reuse", "opening", "score", "reason"]
    assert line["reuse"] is False
    assert line["opening"] is None
    assert 0 < line["score"] < 1
    assert line["reason"] == 'opposites: "on" / "off"'


def test_an_opening_is_judged_with_it(capsys: pytest.CaptureFixture[str]) -> None:
    pair = ("book a table for two", "book a table for two tomorrow")
    assert judged(capsys, *pair, "--opening", "Sure, a table for two")[0]["opening"] is True
    assert judged(capsys, *pair, "--opening", "Sure, a table for three")[0]["opening"] is False
    assert judged(capsys, *pair, "--opening", "")[0]["opening"] is None


def test_a_file_gives_a_line_a_pair_in_order(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "pairs.tsv"
    file.write_bytes(
        '\ufeffplay jazz\tum play jazz\r\nplay jazz\tplay rock\tSure, jazz\nplay "jazz\tplay jazz\t\n'.encode()
    )
    lines = judged(capsys, "--tsv", str(file))
    assert [line["reuse"] for line in lines] == [True, False, True]
    assert [line["opening"] for line in lines] == [None, False, None]


def test_a_dash_is_standard_input(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("où\toù\n".encode())))
    assert judged(capsys, "--tsv", "-", "--language", "fr")[0]["reuse"] is True


def test_a_line_is_answered_before_the_next_is_there() -> None:
    command = [sys.executable, "-c", "from antiphon.cli.main import main; main(['judge', '--tsv', '-'])"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for final, reuse in (("play jazz", True), ("play rock", False)):
            process.stdin.write(f"play jazz\t{final}\n".encode())
            assert json.loads(process.stdout.readline())["reuse"] is reuse
        process.stdin.close()


@pytest.mark.parametrize(
    ("strategy", "reuse", "reason"),
    [
        ("use-if-similar", False, "name or content word differs"),
        ("always-use", True, "always-use: the newest draft, whatever the final"),
        ("discard", False, "discard: the reply is made from the final"),
    ],
)
def test_a_strategy_may_leave_the_verdict_aside(
    capsys: pytest.CaptureFixture[str], strategy: str, reuse: bool, reason: str
) -> None:
    (line,) = judged(capsys, "play jazz", "play rock", "--strategy", strategy)
    assert line["reuse"] is reuse
    assert line["reason"].startswith(reason)
    assert line["score"] == judged(capsys, "play jazz", "play rock")[0]["score"]


def test_the_measure_the_threshold_and_the_guard_can_be_set(capsys: pytest.CaptureFixture[str]) -> None:
    alone = ("--measure", "levenshtein", "--no-guard", "--threshold", "0.9")
    assert judged(capsys, "play the jazz", "play the jazz now", *alone)[0]["reuse"] is False
    assert judged(capsys, "play the jazz", "play the jazzy", *alone)[0]["reuse"] is True


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("a", "b", "--threshold", "1.5"), "Error: threshold = 1.5: expected a number from 0 to 1\n"),
        (("a", "b", "--language", "en glish"), "Error: language = 'en glish': expected a BCP 47 tag"),
        (("a",), "expected INTERIM and FINAL, or --tsv FILE"),
        (("a", "b", "--tsv", "-"), "leave INTERIM, FINAL and --opening out"),
        (("a", "b", "--measure", "cosine"), "'cosine' is not one of"),
        (("a", "b", "--strategy", "hope"), "'hope' is not one of"),
    ],
)
def test_what_is_asked_wrongly_is_named(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], message: str
) -> None:
    assert message in refused(capsys, *arguments)


def test_a_missing_file_is_named(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "none.tsv"
    assert refused(capsys, "--tsv", str(file)) == f"Error: {file}: no such file or directory\n"


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (b"one", "expected INTERIM<tab>FINAL[<tab>OPENING], found 1 column"),
        (b"", "expected INTERIM<tab>FINAL[<tab>OPENING], found 1 column"),
        (b"a\tb\tc\td", "expected INTERIM<tab>FINAL[<tab>OPENING], found 4 columns"),
        (b"a\t\xff", "expected UTF-8 text"),
    ],
)
def test_a_line_that_is_no_pair_is_named_and_ends_it(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, line: bytes, found: str
) -> None:
    file = tmp_path / "pairs.tsv"
    file.write_bytes(b"play\tplay\n" + line + b"\nplay\tplay\n")
    assert main(["judge", "--tsv", str(file)]) == 2
    said = capsys.readouterr()
    assert len(said.out.splitlines()) == 1
    assert said.err == f"Error: {file}, line 2: {found}\n"

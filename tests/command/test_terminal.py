"""What the command prints in a terminal and in a pipe, its exit codes, and that printed commands can be pasted."""

from __future__ import annotations

import os
import pty
import re
import shlex
import shutil
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from helpers import ROOT, run_cli
from rich.console import Console

from fivetran_logs.dbt.open import Options
from fivetran_logs.output.summary import show_next

COLOUR = re.compile(r"\x1b\[(?:\d+;)*(?:3[0-8]|4[0-8]|9\d|10\d)(?:;\d+)*m")
QUERIES = ["query", "--find", "cost"]
WRONG = ["query", "no_such_query"]


def in_a_terminal(*arguments: str, cwd: Path, **environment: str) -> str:
    """What it prints in a terminal of its own."""
    master, slave = pty.openpty()
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLUMNS")}
    process = subprocess.Popen(
        [sys.executable, "-m", "fivetran_logs", *arguments],
        cwd=cwd,
        env={**kept, "TERM": "xterm-256color", **environment},
        stdin=slave,
        stdout=slave,
        stderr=slave,
    )
    os.close(slave)
    said = b""
    while True:
        try:
            piece = os.read(master, 65536)
        except OSError:  # Linux says so when the last writer is gone
            break
        if not piece:
            break
        said += piece
    process.wait()
    os.close(master)
    return said.decode()


@pytest.mark.parametrize("arguments", [QUERIES, WRONG, ["--help"]], ids=["answer", "error", "help"])
def test_colours_in_a_terminal_only_and_none_with_no_color(arguments: list[str], tmp_path: Path) -> None:
    assert COLOUR.search(in_a_terminal(*arguments, cwd=tmp_path))
    assert not COLOUR.search(in_a_terminal(*arguments, cwd=tmp_path, NO_COLOR="1"))


@pytest.mark.parametrize("arguments", [QUERIES, WRONG, ["--help"], ["query", "--help"]])
def test_a_pipe_gets_plain_text(arguments: list[str], tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "fivetran_logs", *arguments], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    said = done.stdout + done.stderr
    assert said
    assert "\x1b" not in said
    assert "\r" not in said


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--version"], 0),
        (["query"], 0),
        (["query", "unhealthy_connectors"], 1),  # not built
        (["alert", "check"], 1),  # no address is set
        (["alert", "status"], 0),
        (["query", "unhealthy_connectors", "--no-such-option"], 2),
        (["no-such-verb"], 2),
        (["load", "no_such_folder"], 2),
        (["alert", "ack", "incident:none"], 2),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_exit_codes_are_as_documented(arguments: list[str], code: int, tmp_path: Path) -> None:
    assert run_cli(*arguments, cwd=tmp_path).code == code


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ([], "run `fivetran-logs build` first"),
        (["-t", "duckdb"], "run `fivetran-logs build -t duckdb` first"),
        (["-t", "demo"], "run `fivetran-logs demo` first"),
        (["--vars", "{fivetran_platform_schema: x}"], "build --vars '{fivetran_platform_schema: x}'` first"),
        (["--profiles-dir", "my profiles"], "run `fivetran-logs build --profiles-dir 'my profiles'` first"),
    ],
)
def test_what_is_not_built_names_the_command_that_builds_it(options: list[str], says: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / ".dbt", tmp_path / "my profiles")
    assert says in run_cli("query", "unhealthy_connectors", *options, cwd=tmp_path).err


def test_a_printed_command_finds_the_same_place() -> None:
    options = Options("demo", Path("my profiles"), Path("x"), "2026-06-18T14:00", "{a: b}")
    words = shlex.split(options.to_command("fivetran-logs build"))
    given = [["-t", "demo"], ["--profiles-dir", "my profiles"], ["--project-dir", "x"]]
    given += [["--as-of", "2026-06-18T14:00"], ["--vars", "{a: b}"]]
    assert words == ["fivetran-logs", "build", *(word for pair in given for word in pair)]
    assert Options().to_command("fivetran-logs build") == "fivetran-logs build"


def test_the_next_commands_are_not_broken_in_a_narrow_terminal() -> None:
    console = Console(file=StringIO(), width=30, force_terminal=False)
    command = "fivetran-logs load a/very/long/path/to/an/export && fivetran-logs build -t demo"
    show_next(console, {command: "what it shows", "fivetran-logs query": "the list"})
    assert f"  {command}   what it shows\n" in console.file.getvalue()


def test_a_silence_says_how_to_end_it(tmp_path: Path) -> None:
    made = run_cli("alert", "silence", "team=ops", "--state", "my state.json", cwd=tmp_path)
    assert made.code == 0
    command = shlex.split(made.out.split("End it sooner: ")[1])
    assert run_cli(*command[1:], cwd=tmp_path).code == 0

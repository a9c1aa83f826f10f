"""What people hand to the command by mistake ends in one sentence that says what to do, and destroys nothing."""

from __future__ import annotations

import gzip
import os
import sqlite3
from datetime import date, datetime
from pathlib import Path

import duckdb
import helpers
import pytest

from fivetran_logs.dbt.as_of import parse_vars
from fivetran_logs.simulator.writer import replacing

VERBS = (("load", "export"), ("check",), ("query", "platform_today"), ("report",))


def one_sentence(result: helpers.CliResult, *words: str) -> str:
    """The one line of an error, which has these words and is no surprise to the command."""
    assert result.code in (1, 2), result.out
    assert len(result.error_lines) == 1, result.err
    assert "Unexpected error" not in result.err
    for word in words:
        assert word in result.err
    return result.err


def exported(directory: Path, name: str, content: bytes) -> Path:
    path = directory / "export" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


# -- load


LOG = b"id,time_stamp\n" + b"".join(b"%d,2026-01-01\n" % number for number in range(5000))


@pytest.mark.parametrize("name", ["log.csv.gz", "log/part-1.csv.gz", "log.json.gz"])
@pytest.mark.parametrize("damage", ["cut", "changed", "at its end", "none"])
def test_damaged_gzip(tmp_path: Path, name: str, damage: str) -> None:
    whole = gzip.compress(LOG)
    middle = len(whole) // 2
    damaged = {
        "cut": whole[:middle],
        "changed": whole[:20] + b"\xff" * 40 + whole[60:],
        "at its end": whole[:-6] + b"\x00" * 6,
        "none": LOG,
    }[damage]
    exported(tmp_path, name, damaged)
    if "/" in name:
        exported(tmp_path, "log/part-0.csv.gz", whole)
    one_sentence(helpers.run_cli("load", "export", cwd=tmp_path), Path(name).name)


def test_parts_of_several_kinds(tmp_path: Path) -> None:
    """They were skipped with a warning that no table has that name: the account then had no log."""
    exported(tmp_path, "log/part-0.csv", LOG)
    exported(tmp_path, "log/part-1.csv.tmp", LOG)
    exported(tmp_path, "connection.csv", b"connection_id\nc1\n")
    one_sentence(
        helpers.run_cli("load", "export", cwd=tmp_path), "log must hold the parts of one table", "part-1.csv.tmp"
    )


@pytest.mark.parametrize(
    "header",
    [
        pytest.param(b'"id,time_stamp\n' + LOG, id="open quote"),
        pytest.param(b'id,"time_stamp\n' + LOG * 20, id="open quote of a large file"),
        pytest.param(b"id,time_stamp," + b"x" * 2_000_000 + b"\n1,2,3\n", id="longer than what is looked at"),
    ],
)
def test_header_that_never_ends(tmp_path: Path, header: bytes) -> None:
    exported(tmp_path, "log.csv", header)
    message = one_sentence(helpers.run_cli("load", "export", cwd=tmp_path), "log.csv, line 1: the names of the columns")
    assert len(message) < 500


def test_wide_header_is_read(tmp_path: Path) -> None:
    names = ",".join(["id", "time_stamp", *(f"column_number_{number}" for number in range(12_000))])
    assert len(names) > 128 * 1024
    exported(tmp_path, "log.csv", f"{names}\n1,2026-01-01{',' * 12_000}\n".encode())
    loaded = helpers.run_cli("load", "export", cwd=tmp_path)
    assert loaded.code == 0, loaded.err


# -- simulate


def test_files_of_others_are_left_alone(tmp_path: Path) -> None:
    for what in ("partial", "former"):
        (tmp_path / f".account.{what}").write_text("mine")
    for _ in range(2):
        with replacing(tmp_path / "account") as fresh:
            (fresh / "truth.json").write_text("{}")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".account.former", ".account.partial", "account"]
    assert (tmp_path / ".account.partial").read_text() == "mine"


def test_a_link_is_followed(tmp_path: Path) -> None:
    """The link was renamed, and stayed under a hidden name."""
    (tmp_path / "disk").mkdir()
    (tmp_path / "account").symlink_to(tmp_path / "disk")
    for _ in range(2):
        with replacing(tmp_path / "account") as fresh:
            (fresh / "truth.json").write_text("{}")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["account", "disk"]
    assert (tmp_path / "account").is_symlink()
    assert (tmp_path / "disk" / "truth.json").is_file()


def test_the_folder_one_stands_in_stays(tmp_path: Path) -> None:
    here = tmp_path / "here"
    here.mkdir()
    for number in range(2):
        with helpers.inside(here), replacing(Path()) as fresh:
            (fresh / "truth.json").write_text(str(number))
        with helpers.inside(here):
            assert os.path.samefile(here, ".")
            assert Path("truth.json").read_text() == str(number)
    assert [path.name for path in tmp_path.iterdir()] == ["here"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--as-of", "9999-12-31"), "years 2000 to 2199"),
        (("--as-of", "9999-12-31T23:59:59-05:00"), "years 2000 to 2199"),
        (("--as-of", "0001-01-01"), "years 2000 to 2199"),
        (("--days", "99999999"), "days must be at most 3,650"),
    ],
)
def test_an_account_of_another_age(tmp_path: Path, options: tuple[str, ...], words: str) -> None:
    one_sentence(helpers.run_cli("simulate", "account", *options, cwd=tmp_path), words)
    assert list(tmp_path.iterdir()) == []


# -- profile, variables, DuckDB files


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb[0])
def test_a_damaged_profile_is_named_with_its_line(tmp_path: Path, verb: tuple[str, ...]) -> None:
    (tmp_path / "profiles.yml").write_text(
        "fivetran_logs:\n  target: dev\n  outputs:\n\tdev: {password: hunter-2-hunter}\n"
    )
    message = one_sentence(helpers.run_cli(*verb, cwd=tmp_path), "profiles.yml is not valid YAML: look at line 4")
    assert "hunter" not in message


def test_a_date_in_vars_is_its_text() -> None:
    given = parse_vars("{fivetran_platform_log_start_date: 2026-03-01, a: [2026-03-01 10:00:00], b: {c: 1}}")
    assert given == {"fivetran_platform_log_start_date": "2026-03-01", "a": ["2026-03-01 10:00:00"], "b": {"c": 1}}
    assert not any(isinstance(value, (date, datetime)) for value in given.values())


def damaged(path: Path, kind: str) -> None:
    """A file in place of the DuckDB file."""
    if kind == "folder":
        path.mkdir()
    elif kind == "sqlite":
        with sqlite3.connect(path) as connection:
            connection.execute("create table t (a)")
        connection.close()
    elif kind in ("first block", "header"):
        with duckdb.connect(str(path)) as connection:
            connection.execute("create table t as from range(100000)")
        content = bytearray(path.read_bytes())
        content[4096:12288] = os.urandom(8192)
        if kind == "first block":
            content[12288 + 64 : 12288 + 128] = os.urandom(64)
        path.write_bytes(content)
    else:
        path.write_bytes({"empty": b"", "foreign": b"hello\n" * 1000, "short": b"x"}[kind])


@pytest.mark.parametrize("kind", ["empty", "short", "foreign", "sqlite", "header", "first block"])
def test_what_is_no_duckdb_file_is_said_so_by_every_verb(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    exported(tmp_path, "log.csv", LOG)
    damaged(tmp_path / helpers.DATABASE, kind)
    if kind == "sqlite":  # DuckDB would get an extension from the network and write into the file
        monkeypatch.setattr(duckdb, "connect", lambda *arguments, **options: pytest.fail("it was opened"))
    before = (tmp_path / helpers.DATABASE).read_bytes()
    for verb in VERBS:
        one_sentence(
            helpers.run_cli(*verb, cwd=tmp_path), f"{helpers.DATABASE} is ", "or move it away, load your export again"
        )
    assert (tmp_path / helpers.DATABASE).read_bytes() == before


def test_a_folder_is_no_duckdb_file(tmp_path: Path) -> None:
    exported(tmp_path, "log.csv", LOG)
    damaged(tmp_path / helpers.DATABASE, "folder")
    one_sentence(helpers.run_cli("load", "export", cwd=tmp_path), "is a directory, not a DuckDB file")

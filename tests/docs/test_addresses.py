"""No text sends a reader to an address or a package that may not exist: a stranger could take the name."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from helpers import ROOT

# Sites that exist and are not ours; *.example.com and 127.0.0.1 lead nowhere on purpose.
KNOWN = {
    "docs.snowflake.com",
    "fivetran.com",
    "keepachangelog.com",
    "semver.org",
    "schemas.getdbt.com",
    "www.apache.org",
    "www.w3.org",
    "docs.databricks.com",
    "cloud.google.com",
    "vega.github.io",
}
GITHUB = {"fivetran/dbt_fivetran_log", "caronc/apprise"}
# the name, and neither a wheel's file nor a git address behind it
BY_NAME = r"(?<![\w/])(?:dbt-)?fivetran[-_]logs(?:\[\w+\])?(?![\w*\[-])(?!\S*\.whl)(?! @ git\+)"


def texts() -> list[Path]:
    """Every text of the repository that a user can meet."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    shipped = [ROOT / name for name in listed.split("\0") if name and not name.startswith(("tests/", ".ci/"))]
    return [path for path in shipped if path.suffix not in (".png", ".csv.gz") and path.is_file()]


@pytest.fixture(scope="module")
def lines() -> list[tuple[str, str]]:
    return [
        (path.relative_to(ROOT).as_posix(), line)
        for path in texts()
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines()
    ]


def test_addresses_are_known(lines: list[tuple[str, str]]) -> None:
    unknown = set()
    for name, line in lines:
        for host, path in re.findall(r"https?://([\w.-]+\w)([\w./-]*)", line):
            if host == "github.com":
                known = "/".join(path.strip("/").split("/")[:2]).removesuffix(".git") in GITHUB
            else:
                known = host in KNOWN or host.endswith("example.com") or host in ("127.0.0.1", "localhost")
            if not known:
                unknown.add((name, host + path))
    assert unknown == set()


def test_this_project_is_installed_from_a_place_of_the_readers_own(lines: list[tuple[str, str]]) -> None:
    """From a checkout, a wheel, or a git address the reader fills in; never by name from an index or a registry."""
    wrong = []
    for name, line in lines:
        for installed in re.findall(r"(?:pip|pipx|uv|uvx|conda) (?:tool )?(?:install|run)\b[^`|]*", line):
            by_name = re.search(BY_NAME, installed)
            if by_name:
                wrong.append((name, installed))
        for address in re.findall(r"git\+([^\s\"'`]+)", line):
            if not address.startswith(("<this", "${FIVETRAN_LOGS_GIT}")):
                wrong.append((name, address))
        wrong += [(name, found) for found in re.findall(r"docker (?:pull|push) \S+", line)]
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "is_wrong"),
    [
        ('pip install "fivetran-logs[snowflake]"', True),
        ("pip install fivetran-logs", True),
        ("pip install dbt-fivetran-logs==1.0", True),
        ('pip install "fivetran-logs[snowflake] @ git+<this repository>"', False),
        ("pip install wheels/fivetran_logs-0.1.0-py3-none-any.whl", False),
        ('pip install -e ".[snowflake]"', False),
    ],
)
def test_the_pattern_tells_them_apart(text: str, is_wrong: bool) -> None:
    assert bool(re.search(BY_NAME, text)) is is_wrong

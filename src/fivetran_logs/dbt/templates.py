"""Keeps what Jinja compiled: a fifth of the CPU of a build with nothing new goes into compiling the same texts again.

One file beside what dbt has parsed, for one version of Python, Jinja and dbt. It holds code, so it is read only if
nobody else can have written it. Values of a profile are texts too, and stay out of it.
"""

from __future__ import annotations

import marshal
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from types import CodeType

from fivetran_logs.failures.secrets import redactor

_MOST = 4000  # texts, of some three kilobytes each; a build of all models and all queries has half as many

_compiled: dict[tuple[bool, str], CodeType] = {}  # of this process, by kind of template and text
_read: set[Path] = set()
_is_new = False


def get(native: bool, text: str, compile: Callable[[], CodeType]) -> CodeType:
    """The code of a text, compiled once."""
    global _is_new
    code = _compiled.get((native, text))
    if code is None:
        code = _compiled[native, text] = compile()
        _is_new = _is_new or _may_be_kept(text)
    return code


def _may_be_kept(text: str) -> bool:
    """A text without Jinja is quickly compiled, and may be any value of a profile."""
    return "{{" in text or "{%" in text


def read(directory: Path) -> None:
    """Takes what an earlier process left in a directory; a file that is damaged or not ours does not count."""
    path = directory / _name()
    if path in _read:
        return
    _read.add(path)
    with suppress(OSError, ValueError, EOFError, TypeError):
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            if hasattr(os, "getuid") and (status.st_uid != os.getuid() or status.st_mode & 0o022):
                return
            digest, content = file.read(32), file.read()
        if sha256(content).digest() == digest:
            _compiled.update(marshal.loads(content))


def write(directory: Path) -> None:
    """Leaves all for the next process, if there is anything new; a directory that cannot be written goes without."""
    global _is_new
    if not _is_new:
        return
    redacted = redactor()
    kept = [key for key in list(_compiled) if _may_be_kept(key[1]) and redacted(key[1]) == key[1]]
    content = marshal.dumps({key: _compiled[key] for key in kept[-_MOST:]})
    whole = directory / f"{_name()}.{os.getpid()}"
    with suppress(OSError):
        whole.unlink(missing_ok=True)
        with open(os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(sha256(content).digest() + content)
        whole.replace(directory / _name())
    _is_new = False


@cache
def _name() -> str:
    made_by = (sys.implementation.cache_tag, *(version(name) for name in ("jinja2", "dbt-core", "dbt-common")))
    return f"templates_{'_'.join(map(str, made_by))}.bin"

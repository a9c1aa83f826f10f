"""No secret is printed or logged: every kind of secret in every variable of the profile, whatever fails."""

from __future__ import annotations

import base64
import importlib
import json
import os
import random
import re
from pathlib import Path

import pytest
import yaml
from dbt.config.renderer import ProfileRenderer
from dbt_common.context import set_invocation_context
from dbt_common.exceptions import DbtRuntimeError
from helpers import ROOT, CliResult, inside, run_cli

from fivetran_logs.dbt.project import DbtProject
from fivetran_logs.dbt.settings import find_settings
from fivetran_logs.dbt.warehouse import Target
from fivetran_logs.failures import secrets
from fivetran_logs.failures import snowflake_keys as keys
from fivetran_logs.failures.errors import UserError

PROFILE = yaml.safe_load((ROOT / ".dbt" / "profiles.yml").read_text(encoding="utf-8"))["fivetran_logs"]
VARIABLES = {
    target: sorted(set(re.findall(r"env_var\(.(\w+)", str(fields))) - {"FIVETRAN_LOGS_TARGET"})
    for target, fields in PROFILE["outputs"].items()
}
EXAMPLE = set(re.findall(r"(?m)^# (\w+)=", (ROOT / ".nao.env.example").read_text(encoding="utf-8")))

CHANCE = random.Random(18)  # the same in every process, which names its tests by them


def _pem(label: str, size: int) -> str:
    body = base64.encodebytes(b"\x30\x82\x04\xbd" + CHANCE.randbytes(size)).decode().replace("\n", "")
    lines = [body[at : at + 64] for at in range(0, len(body), 64)]
    return "\n".join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""])


PEM = _pem("PRIVATE KEY", 1200)
ENCRYPTED = _pem("ENCRYPTED PRIVATE KEY", 1300)
BODY = "".join(PEM.split("\n")[1:-2])
PASSPHRASE = "correct horse battery staple"
SECRETS = {
    "pem": PEM,
    "pem with escaped line breaks": PEM.replace("\n", "\\n"),
    "encrypted pem": ENCRYPTED,
    "base64 body": BODY,
    "one line": PEM.split("\n")[3],
    "service account": json.dumps({"type": "service_account", "private_key": PEM}),
    "password": "pA5s!" + CHANCE.randbytes(5).hex() + "#w0rd\\'q",
    "token": "dapi" + CHANCE.randbytes(16).hex(),
    "passphrase": PASSPHRASE,
}


def traces(secret: str) -> set[str]:
    """What of a secret must not be found anywhere: all of it, its lines, what is torn out of it, however escaped."""
    lines = [line for line in secret.replace("\\n", "\n").split("\n") if len(line) >= 8 and "-----" not in line]
    found = {secret, *lines}
    for line in lines:
        if len(line) > 40 and "{" not in line:
            found |= {line[at : at + 20] for at in range(0, len(line) - 20, 7)}
    return found | {form for text in found for form in (repr(text)[1:-1], json.dumps(text)[1:-1])}


def assert_hidden(secret: str, directory: Path, *results: CliResult) -> None:
    """Neither what was printed nor any file below the directory holds a trace of it."""
    texts = {f"printed {number}": result.out + result.err for number, result in enumerate(results)}
    for path in directory.rglob("*"):
        if path.is_file() and path.name not in (".nao.env", "profiles.yml"):
            texts[str(path)] = path.read_bytes().decode("utf-8", errors="replace")
    for where, text in texts.items():
        for trace in traces(secret):
            assert trace not in text, f"{where} holds {trace[:12]}…: {text[:600]}"


@pytest.fixture
def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable of the profile is set, and nothing is known of an earlier test's files."""
    for names in VARIABLES.values():
        for name in names:
            monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(secrets, "_learned", {})


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dbt project that is parsed at once."""
    directory = tmp_path_factory.mktemp("project")
    (directory / "models").mkdir()
    (directory / "models" / "one.sql").write_text("select 1 as one")
    (directory / "dbt_project.yml").write_text(
        "name: fivetran_logs\nprofile: fivetran_logs\nflags: {send_anonymous_usage_stats: false}\n"
    )
    return directory


@pytest.fixture
def talkative(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every adapter refuses its credentials and quotes them all, in Python's words: the worst that one can do."""

    def load_plugin(kind: str):
        class Credentials:
            @staticmethod
            def translate_aliases(fields: dict) -> dict:
                raise DbtRuntimeError(f"{kind} cannot connect with {fields!r}\nnor with {fields}")

        return Credentials

    monkeypatch.setattr("dbt.adapters.factory.load_plugin", load_plugin)


def test_every_variable_of_the_profile_is_tried() -> None:
    assert {"duckdb", "snowflake", "postgres", "bigquery", "redshift", "databricks", "spark"} <= set(VARIABLES)
    assert {name for names in VARIABLES.values() for name in names} <= EXAMPLE


@pytest.mark.parametrize("kind", SECRETS)
@pytest.mark.parametrize("target", [target for target in VARIABLES if target != "demo"])
def test_in_every_variable_whatever_an_adapter_says(
    clean, talkative, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, project: Path, target: str, kind: str
) -> None:
    secret = SECRETS[kind]
    if kind == "passphrase":  # words like any others: known by the variable they belong to
        monkeypatch.setenv(keys.PASSPHRASE, secret)
    numbers = {name for name in VARIABLES[target] if name.endswith("_PORT")}  # fails before any adapter is asked
    options = ["--target", target, "--project-dir", project, "--profiles-dir", ROOT / ".dbt"]
    for names in ([name for name in VARIABLES[target] if name not in numbers], numbers):
        if not names:
            continue
        with pytest.MonkeyPatch.context() as patch:
            for name in names:
                patch.setenv(name, secret)
            checked = run_cli("check", *options, cwd=tmp_path)
            built = run_cli("build", *options, cwd=tmp_path)
            assert (checked.code, built.code) == (2, 2), checked.out + built.out
            # dbt's own log, which these commands do not reach
            with inside(tmp_path):
                settings = find_settings(project_dir=project, profiles_dir=ROOT / ".dbt", target=target)
                with pytest.raises(UserError) as error:
                    DbtProject(settings).run(["parse"])
            assert_hidden(secret, tmp_path, checked, built, CliResult(1, str(error.value), ""))
    assert "cannot connect with" in (tmp_path / "logs" / "dbt.log").read_text()


@pytest.mark.parametrize("kind", SECRETS)
def test_in_every_variable_of_postgres_itself(
    clean, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, project: Path, kind: str
) -> None:
    monkeypatch.setenv("POSTGRES_HOST", "127.0.0.1")
    monkeypatch.setenv("POSTGRES_PORT", "1")
    monkeypatch.setenv("POSTGRES_DATABASE", "x")
    monkeypatch.setenv("POSTGRES_USER", "x")
    if kind == "passphrase":
        monkeypatch.setenv("POSTGRES_PASSWORD", SECRETS[kind])
    options = ["--target", "postgres", "--project-dir", project, "--profiles-dir", ROOT / ".dbt"]
    for name in VARIABLES["postgres"]:
        if name == "POSTGRES_PORT":
            continue  # tried above, and no adapter sees it
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv(name, SECRETS[kind])
            checked = run_cli("check", *options, cwd=tmp_path)
            built = run_cli("build", *options, cwd=tmp_path)
            assert (checked.code, built.code) != (0, 0), name
            assert_hidden(SECRETS[kind], tmp_path, checked, built)


@pytest.mark.parametrize("kind", SECRETS)
def test_what_the_environment_file_and_the_profile_hold(
    clean, talkative, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, project: Path, kind: str
) -> None:
    """Values that the shell overrides, values in the profile itself, or in a variable with another name."""
    secret = SECRETS[kind]
    if "'" not in secret:
        (tmp_path / ".nao.env").write_text(f"MY_PASSWORD='{secret}'\n", encoding="utf-8")
        monkeypatch.setenv("MY_PASSWORD", "another")
    monkeypatch.setenv("LOGIN", secret)
    fields = {"type": "postgres", "password": secret, "keyfile_json": {"private_key": secret}, "host": secret}
    outputs = {"here": fields, "there": {"type": "postgres", "pass": "{{ env_var('LOGIN') }}", "user": secret}}
    content = {"fivetran_logs": {"target": "here", "outputs": outputs}}
    (tmp_path / "profiles.yml").write_text(yaml.safe_dump(content), encoding="utf-8")
    for target in outputs:
        for verb in ("check", "build"):
            result = run_cli(verb, "--target", target, "--project-dir", project, cwd=tmp_path)
            assert result.code != 0
            assert_hidden(secret, tmp_path, result)
    wrong = run_cli("query", secret, "--project-dir", project, cwd=tmp_path)
    assert wrong.code == 2
    assert_hidden(secret, tmp_path, wrong)


def test_what_goes_wrong_unforeseen_is_kept_without_secrets(clean, monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SNOWFLAKE_PRIVATE_KEY_PATH", PEM)

    def fail(*_arguments, **_options):
        raise RuntimeError(f"it was {os.environ['SNOWFLAKE_PRIVATE_KEY_PATH']}")

    monkeypatch.setattr("fivetran_logs.dbt.open.find_settings", fail)
    result = run_cli("build", cwd=tmp_path)
    assert result.code == 1
    assert "Unexpected error; details are in logs/fivetran-logs-error.log." in result.err
    assert "RuntimeError" in (tmp_path / "logs" / "fivetran-logs-error.log").read_text()
    assert_hidden(PEM, tmp_path, result)


def test_messages_of_failed_models_are_kept_without_secrets(
    clean, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, project: Path
) -> None:
    """dbt writes them into run_results.json, its log, and we print them."""
    monkeypatch.setenv("WAREHOUSE_PASSWORD", SECRETS["password"])
    failing = tmp_path / "failing"
    (failing / "models").mkdir(parents=True)
    (failing / "dbt_project.yml").write_text((project / "dbt_project.yml").read_text())
    model = """
        {{ config(materialized='table') }}
        select error('refused with {{ env_var("WAREHOUSE_PASSWORD") | replace("'", "''") }}')
    """
    (failing / "models" / "one.sql").write_text(model)
    options = ["--project-dir", failing, "--profiles-dir", ROOT / ".dbt"]
    result = run_cli("build", *options, cwd=tmp_path)
    assert result.code == 1
    assert "refused with" in result.out
    written = (tmp_path / "target" / "run_results.json").read_text()
    for text in (result.out + result.err, (tmp_path / "logs" / "dbt.log").read_text()):
        assert not any(trace in text for trace in traces(SECRETS["password"]))
    message = json.loads(written)["results"][0]["message"]
    assert "refused with ***" in message


@pytest.mark.parametrize(
    "kind", ["pem", "pem with escaped line breaks", "encrypted pem", "base64 body", "service account"]
)
def test_plain_dbt_is_not_given_a_key_as_a_path(clean, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """dbt prints a path that it cannot open, and plain dbt runs without our filter."""
    for target, field, name in (
        ("snowflake", "private_key_path", "SNOWFLAKE_PRIVATE_KEY_PATH"),
        ("bigquery", "keyfile", "BIGQUERY_KEYFILE"),
    ):
        for value, expected in ((SECRETS[kind], f"{name} holds no path"), ("/keys/rsa_key.p8", "/keys/rsa_key.p8")):
            monkeypatch.setenv(name, value)
            set_invocation_context(os.environ)
            assert ProfileRenderer({}).render_data(PROFILE["outputs"][target])[field] == expected


# -- what is secret and what is not


def test_ordinary_values_are_shown(clean, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    monkeypatch.chdir(tmp_path)
    ordinary = {
        "SNOWFLAKE_PRIVATE_KEY_PATH": "keys/rsa_key",
        "BIGQUERY_KEYFILE": "/home/me/key.json",
        "SNOWFLAKE_ACCOUNT": "myorg-myaccount.eu-central-1",
        "SNOWFLAKE_DATABASE": "ANALYTICS_PRODUCTION_2024_EUROPE_WEST_1_FIVETRAN",
        "DATABRICKS_HOST": "dbc-a1b2c3d4-e5f6.cloud.databricks.com",
        "DATABRICKS_HTTP_PATH": "/sql/1.0/warehouses/1a2b3c4d5e6f7a8b",
        "POSTGRES_HOST": "/cloudsql/project:region:instance",
        "POSTGRES_USER": "fivetran_logs@my-project.iam",
        "SOME_TOKEN": "yes",
        "TOKENIZERS_PARALLELISM": "false",
    }
    for name, value in ordinary.items():
        monkeypatch.setenv(name, value)
    assert not set(ordinary) & set(secrets.secret_variables())
    text = " ".join(ordinary.values())
    assert secrets.redact(text) == text
    assert secrets.misplaced({name.split("_", 1)[1].lower(): value for name, value in ordinary.items()}) is None


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("postgres://me:hunter2@host/db refused", "postgres://me:***@host/db refused"),
        ("dsn host=h password=hunter2 user=u", "dsn host=h password=*** user=u"),
        ("md:db?motherduck_token=hunter2&x=1", "md:db?motherduck_token=***&x=1"),
        ("it should begin with -----BEGIN PRIVATE KEY-----.", "it should begin with -----BEGIN PRIVATE KEY-----."),
    ],
)
def test_what_shows_itself_as_secret_is_hidden_unknown(clean, text: str, hidden: str) -> None:
    assert secrets.redact(text) == hidden


def test_short_secrets_are_hidden_as_words(clean, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_PASSWORD", "abcd")
    assert secrets.redact("abcd is not abcdef") == "*** is not abcdef"


# -- a key that cannot work


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        (keys.PATH, PEM, "SNOWFLAKE_PRIVATE_KEY_PATH holds a key, not the path of its file"),
        (keys.PATH, BODY, "SNOWFLAKE_PRIVATE_KEY_PATH holds a key, not the path of its file"),
        (keys.PATH, PASSPHRASE, "SNOWFLAKE_PRIVATE_KEY_PATH does not name an existing file"),
        (keys.CONTENT, "QUJ" + BODY[:61], "SNOWFLAKE_PRIVATE_KEY is not a private key"),
        (keys.CONTENT, BODY[:62], "SNOWFLAKE_PRIVATE_KEY is neither a PEM nor base64"),
    ],
    ids=["pem as path", "body as path", "words as path", "other base64", "cut base64"],
)
def test_build_explains_a_bad_key_as_check_does(
    clean, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, project: Path, variable: str, value: str, sentence: str
) -> None:
    """Even if dbt-snowflake is missing here: the command judges its input before."""

    def read_target(_settings):
        return Target("snowflake", "snowflake", "db", "marts", has_key=True)

    for module in ("dbt.open", "dbt.as_of", "commands.check.look"):
        monkeypatch.setattr(importlib.import_module(f"fivetran_logs.{module}"), "read_target", read_target)
    monkeypatch.setenv(variable, value)
    options = ["--target", "snowflake", "--project-dir", project, "--profiles-dir", ROOT / ".dbt"]
    checked = run_cli("check", *options, cwd=tmp_path)
    assert sentence in checked.out
    for verb in (["build"], ["query", "unhealthy_connectors"], ["report"]):
        result = run_cli(*verb, *options, cwd=tmp_path)
        assert (result.code, result.out) == (1, "")
        assert result.err.splitlines()[-1].startswith(f"Error: {sentence}")
        assert_hidden(value, tmp_path, checked, result)

"""Snowflake's private key: every form it comes in, every way it can be wrong, and that it is never shown."""

from __future__ import annotations

import base64
import shutil
import subprocess
from pathlib import Path

import pytest

from fivetran_logs.failures import snowflake_keys as keys
from fivetran_logs.failures.explain import explain

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the keys of these tests")
PASSPHRASE = "correct horse"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory of one key in all its forms."""
    directory = tmp_path_factory.mktemp("keys")

    def openssl(*arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=directory, check=True, capture_output=True)

    openssl("genrsa", "-out", "key.pem", "2048")
    openssl("pkcs8", "-topk8", "-nocrypt", "-in", "key.pem", "-out", "plain.p8")
    openssl("pkcs8", "-topk8", "-nocrypt", "-in", "key.pem", "-outform", "DER", "-out", "plain.der")
    openssl(
        "pkcs8", "-topk8", "-v2", "aes-256-cbc", "-passout", f"pass:{PASSPHRASE}", "-in", "key.pem", "-out", "enc.p8"
    )
    openssl("rsa", "-in", "key.pem", "-traditional", "-out", "pkcs1.pem")
    openssl("rsa", "-in", "key.pem", "-pubout", "-out", "key.pub")
    openssl("genrsa", "-out", "small.raw", "1024")
    openssl("pkcs8", "-topk8", "-nocrypt", "-in", "small.raw", "-out", "small.p8")
    for path in directory.iterdir():
        path.chmod(0o600)
    return directory


def text(made: Path, name: str) -> str:
    return (made / name).read_text(encoding="ascii")


def codes(findings: list[keys.KeyFinding]) -> list[str]:
    return [finding.code for finding in findings]


FORMS = {
    "PEM": lambda pem: pem,
    "escaped line breaks": lambda pem: pem.replace("\n", "\\n"),
    "escaped Windows line breaks": lambda pem: pem.replace("\n", "\\r\\n"),
    "Windows line breaks": lambda pem: pem.replace("\n", "\r\n"),
    "on one line": lambda pem: pem.replace("\n", " "),
    "in quotes": lambda pem: f'"{pem}"',
    "base64 of the file": lambda pem: base64.b64encode(pem.encode()).decode(),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_becomes_the_same_pem(made: Path, form: str) -> None:
    pem = text(made, "plain.p8")
    given = FORMS[form](pem)
    assert keys.normalise(given) == pem
    assert not [finding for finding in keys.diagnose(given) if finding.fatal]


def test_base64_der_stays_base64(made: Path) -> None:
    der = base64.encodebytes((made / "plain.der").read_bytes()).decode()
    assert keys.normalise(der) == "".join(der.split())
    assert keys.diagnose(der) == []


DAMAGE = {
    "public": ("key.pub", lambda pem: pem, ""),
    "truncated": ("plain.p8", lambda pem: pem[:800], ""),
    "truncated inside": ("plain.p8", lambda pem: "\n".join([*pem.split("\n")[:8], *pem.split("\n")[-2:]]), ""),
    "base64": ("plain.p8", lambda pem: pem.replace("\nMI", "\n*!", 1), ""),
    "header": ("plain.p8", lambda pem: pem.replace("BEGIN PRIVATE", "BEGIN EC PRIVATE"), ""),
    "header lost": ("plain.p8", lambda pem: pem.split("\n", 1)[1], ""),
    "openssh": ("plain.p8", lambda pem: pem.replace("PRIVATE", "OPENSSH PRIVATE"), ""),
    "no_passphrase": ("enc.p8", lambda pem: pem, ""),
    "needless_passphrase": ("plain.p8", lambda pem: pem, PASSPHRASE),
    "empty": ("plain.p8", lambda _pem: " ", ""),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_what_is_wrong_is_said_and_the_key_is_not(made: Path, name: str) -> None:
    file, damage, passphrase = DAMAGE[name]
    given = damage(text(made, file))
    found = keys.diagnose(given, passphrase, "The key")
    assert codes(found) == [name.split()[0]]
    assert found[0].fatal
    body = [line for line in given.splitlines() if len(line) > 20 and "-----" not in line]
    assert not any(line in finding.text for line in body for finding in found)
    assert "\n" not in found[0].text
    if passphrase:
        assert passphrase not in found[0].text


def test_pkcs1_and_windows_line_breaks_are_only_noted(made: Path) -> None:
    assert [(f.code, f.fatal) for f in keys.diagnose(text(made, "pkcs1.pem"))] == [("pkcs1", False)]
    assert [(f.code, f.fatal) for f in keys.diagnose(text(made, "plain.p8").replace("\n", "\r\n"))] == [("crlf", False)]


def test_a_wrong_passphrase_and_a_small_key_are_found(made: Path) -> None:
    pytest.importorskip("cryptography")
    assert codes(keys.diagnose(text(made, "enc.p8"), "wrong")) == ["passphrase"]
    assert codes(keys.diagnose(text(made, "small.p8"))) == ["size"]
    assert keys.diagnose(text(made, "enc.p8"), PASSPHRASE) == []


def test_the_fingerprint_is_the_one_snowflake_shows(made: Path) -> None:
    pytest.importorskip("cryptography")
    public = subprocess.run(
        "openssl rsa -in plain.p8 -pubout -outform DER | openssl dgst -sha256 -binary | openssl enc -base64",
        shell=True,
        cwd=made,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    assert keys.public_fingerprint(text(made, "plain.p8")) == f"SHA256:{public}"


def test_files(made: Path, tmp_path: Path) -> None:
    assert codes(keys.diagnose_file(tmp_path / "none.p8")) == ["path"]
    assert codes(keys.diagnose_file(tmp_path)) == ["path"]
    assert codes(keys.diagnose_file(made / "plain.der")) == ["der_file"]
    assert keys.diagnose_file(made / "plain.p8") == []
    (tmp_path / "open.p8").write_text(text(made, "plain.p8"), encoding="ascii")
    (tmp_path / "open.p8").chmod(0o644)
    assert [(f.code, f.fatal) for f in keys.diagnose_file(tmp_path / "open.p8")] == [("permissions", False)]


def test_the_environment(made: Path) -> None:
    assert codes(keys.diagnose_environment({})) == ["no_key"]
    both = {keys.CONTENT: text(made, "plain.p8"), keys.PATH: str(made / "plain.p8")}
    assert codes(keys.diagnose_environment(both)) == ["both"]

    by_path = {keys.CONTENT: "plain.p8"}
    keys.prepare_environment(by_path, made)
    assert by_path == {keys.PATH: str(made / "plain.p8")}
    assert keys.diagnose_environment(by_path) == []

    escaped = {keys.CONTENT: text(made, "plain.p8").replace("\n", "\\n")}
    keys.prepare_environment(escaped, made)
    assert escaped == {keys.CONTENT: text(made, "plain.p8")}


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Password was not given but private key is encrypted", "is encrypted, and SNOWFLAKE_PRIVATE_KEY_PASSPHRASE"),
        ("251006: Password is empty", "Neither a key nor a password is set"),
        ("250001: Could not connect to Snowflake backend after 11 attempt(s).Aborting", "Snowflake does not answer"),
        ("what nobody foresaw", "what nobody foresaw"),
    ],
)
def test_a_build_says_what_check_says(made: Path, monkeypatch, said: str, told: str) -> None:
    monkeypatch.setenv(keys.PATH, str(made / "enc.p8"))
    monkeypatch.delenv(keys.PASSPHRASE, raising=False)
    error = Exception(f'Database error while listing schemas in database "D"\n  Database Error\n    {said}')
    assert told in str(explain(error))

"""Finds the dbt project, profile and target, once for all other modules."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import dotenv
import yaml

from fivetran_logs.failures.errors import WRONG_USE, UserError
from fivetran_logs.failures.secrets import learn, learn_profile
from fivetran_logs.failures.snowflake_keys import prepare_environment
from fivetran_logs.yaml_files import parse_yaml, read_yaml

PROJECT_NAME = "fivetran_logs"
ENVIRONMENT_FILE = ".nao.env"


@dataclass(frozen=True)
class Settings:
    """The directories and target of a command. All paths are absolute; `target` is None if the profile decides."""

    project_dir: Path
    profiles_dir: Path
    work_dir: Path
    target: str | None = None
    typed: str = ""  # the options that led here, to be added to a command that is printed

    def to_command(self, command: str) -> str:
        """A command to print, with the options without which it would look elsewhere."""
        return f"{command} {self.typed}".rstrip()

    @property
    def target_path(self) -> Path:
        """The directory of compiled files: the user's, never one in an installed package."""
        return self.work_dir / "target"

    @property
    def log_path(self) -> Path:
        return self.work_dir / "logs"

    @property
    def log_file(self) -> Path:
        return self.log_path / "dbt.log"


def find_settings(
    *,
    project_dir: Path | None = None,
    profiles_dir: Path | None = None,
    target: str | None = None,
    work_dir: Path | None = None,
) -> Settings:
    """Reads `.nao.env` and finds project and profile.

    The project: the option, else the working directory, else the copy this command came with.
    The profile: the option, DBT_PROFILES_DIR, the working directory and its `.dbt`, `~/.dbt` if it has this
    project's profile, else the project's own.

    Raises:
        UserError: a named directory lacks a dbt project or a profiles.yml, or that file is not YAML (exit code 2).
    """
    work_dir = (work_dir or Path.cwd()).resolve()
    project = _find_project(project_dir, work_dir)
    _read_environment_file(work_dir, project)
    prepare_environment(base=work_dir)
    profiles = _find_profiles(profiles_dir, work_dir, project)
    _require_yaml(profiles / "profiles.yml")
    learn_profile(profiles / "profiles.yml")
    return Settings(
        project_dir=project,
        profiles_dir=profiles,
        work_dir=work_dir,
        target=target,
    )


def packaged_project() -> Path:
    """The dbt project this command came with: the source checkout, or the copy inside the wheel."""
    here = Path(__file__).resolve().parents[1]
    checkout = here.parent.parent
    if (checkout / "dbt_project.yml").is_file() and (checkout / "src" / "fivetran_logs") == here:
        return checkout
    return here / "_project"


def _find_project(project_dir: Path | None, work_dir: Path) -> Path:
    if project_dir is not None:
        found = (work_dir / project_dir).resolve()
        if not (found / "dbt_project.yml").is_file():
            raise UserError(f"No dbt_project.yml in {found}: --project-dir must name a dbt project.", WRONG_USE)
        return found
    if _project_name(work_dir / "dbt_project.yml") == PROJECT_NAME:
        return work_dir
    return packaged_project()


def _project_name(path: Path) -> str | None:
    if not path.is_file():
        return None
    try:
        content = read_yaml(path)
    except (yaml.YAMLError, UnicodeDecodeError):
        return None
    return content.get("name") if isinstance(content, dict) else None


def _find_profiles(profiles_dir: Path | None, work_dir: Path, project: Path) -> Path:
    named = profiles_dir or os.environ.get("DBT_PROFILES_DIR")
    if named:
        found = (work_dir / Path(named).expanduser()).resolve()
        if not (found / "profiles.yml").is_file():
            source = "--profiles-dir" if profiles_dir else "DBT_PROFILES_DIR"
            raise UserError(f"No profiles.yml in {found}: {source} must name the directory that holds it.", WRONG_USE)
        return found
    for candidate in (work_dir, work_dir / ".dbt"):
        if (candidate / "profiles.yml").is_file():
            return candidate
    home = Path.home() / ".dbt"
    if _has_profile(home / "profiles.yml"):
        return home
    return project / ".dbt" if (project / ".dbt" / "profiles.yml").is_file() else packaged_project() / ".dbt"


def _has_profile(path: Path) -> bool:
    """A damaged file that names this project counts: it is the one that was meant."""
    try:
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
    except (UnicodeDecodeError, OSError):
        return False
    try:
        return PROJECT_NAME in (parse_yaml(text) or {})
    except yaml.YAMLError:
        return PROJECT_NAME in text


def _require_yaml(path: Path) -> None:
    """The message names the line and quotes nothing: a profile may hold secrets."""
    try:
        content = read_yaml(path)
    except (UnicodeDecodeError, OSError) as error:
        raise UserError(f"{path} cannot be read: it must be a text file in UTF-8.", WRONG_USE) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        where = (
            f"look at line {mark.line + 1} and the one before it" if mark else "it holds a character that YAML forbids"
        )
        raise UserError(f"{path} is not valid YAML: {where}.", WRONG_USE) from error
    if not isinstance(content, dict):
        raise UserError(f"{path} holds no profile: it must map the name of one to its targets.", WRONG_USE)


def _read_environment_file(work_dir: Path, project: Path) -> None:
    for directory in (work_dir, project):
        path = directory / ENVIRONMENT_FILE
        if path.is_file():
            try:
                # No interpolation: a `$` in a passphrase is a dollar sign.
                values = dotenv.dotenv_values(path, interpolate=False)
            except (UnicodeDecodeError, OSError) as error:
                raise UserError(f"{path} cannot be read: {error}", WRONG_USE) from error
            learn(values, str(path))  # before any other value of the shell hides it
            for name, value in values.items():
                if value is not None:
                    os.environ.setdefault(name, value)
            return

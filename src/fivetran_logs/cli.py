"""The command line: parses, calls, prints. What each command does lives in the module of its name."""

from __future__ import annotations

import shlex
import sys
import traceback
from collections.abc import Sequence
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from fivetran_logs import __version__
from fivetran_logs.dbt.settings import find_settings
from fivetran_logs.failures.errors import CHECK_FAILED, WRONG_USE, UserError, one_line, redact
from fivetran_logs.output.console import build_progress, messages, near, output, print_error, print_warning, progress

INTERRUPTED = 130


class AccountPlan(str, Enum):
    """Fivetran plans that differ in the tables they write."""

    enterprise = "enterprise"
    standard = "standard"


class Names(str, Enum):
    """Generations of table and column names."""

    current = "current"
    connector = "connector"
    oldest = "oldest"


class Format(str, Enum):
    """How `query` prints an answer."""

    table = "table"
    csv = "csv"
    json = "json"


class CheckFormat(str, Enum):
    """How `check` prints what it found."""

    table = "table"
    json = "json"


app = typer.Typer(
    name="fivetran-logs",
    help="Turns the Fivetran Platform connector's log and metadata into answers.",
    epilog="New here? `fivetran-logs demo` shows it all on a simulated account.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)

Target = Annotated[
    str | None,
    typer.Option("--target", "-t", metavar="NAME", help="Target of the profile; default: the profile's own."),
]
ProfilesDir = Annotated[
    Path | None, typer.Option("--profiles-dir", metavar="DIR", help="Directory with profiles.yml; default: looked for.")
]
ProjectDir = Annotated[
    Path | None,
    typer.Option("--project-dir", metavar="DIR", help="The dbt project; default: here, or the built-in one."),
]
AsOfOption = Annotated[
    str | None,
    typer.Option(
        "--as-of", metavar="TIMESTAMP", help="Measure every “now” from this instant, UTC, e.g. 2026-06-18T14:00."
    ),
]
VarsOption = Annotated[
    str | None, typer.Option("--vars", metavar="YAML", help="dbt variables, e.g. '{fivetran_logs_top_consumers: 20}'.")
]
NoProgress = Annotated[bool, typer.Option("--no-progress", help="Print no progress.")]
Seed = Annotated[int, typer.Option(help="The same seed gives the same account.")]
Days = Annotated[int, typer.Option(min=1, help="Days of log.")]
Plan = Annotated[AccountPlan, typer.Option(help="Which tables the account has.")]


@app.callback(invoke_without_command=True)
def _root(
    version: Annotated[bool, typer.Option("--version", help="Print the version.", is_eager=True)] = False,
) -> None:
    if version:
        output().print(f"fivetran-logs {__version__}")
        raise typer.Exit()


@app.command(epilog="Example: fivetran-logs demo")
def demo(
    seed: Seed = 7,
    days: Days = 120,
    plan: Plan = AccountPlan.enterprise,
    profiles_dir: ProfilesDir = None,
    project_dir: ProjectDir = None,
    no_progress: NoProgress = False,
) -> None:
    """Simulate an account, load it, build and test every model on DuckDB, print what it finds and draw the report.

    Everything lands in [bold]demo/[/]; your own data is not touched.
    """
    from fivetran_logs.commands import demo as demo_module
    from fivetran_logs.commands.build import AsOf, build, with_as_of
    from fivetran_logs.dbt.project import DbtProject
    from fivetran_logs.dbt.settings import packaged_project
    from fivetran_logs.dbt.warehouse import read_target
    from fivetran_logs.output import summary

    # The user's own profile need not know the demo's target.
    own_profile = profiles_dir or packaged_project() / ".dbt"
    settings = find_settings(project_dir=project_dir, profiles_dir=own_profile, target=demo_module.TARGET)
    directory = settings.work_dir / demo_module.ACCOUNT_DIRECTORY
    show, console = not no_progress, output()

    simulated = _simulate(directory, seed=seed, days=days, plan=plan.value, show=show)
    console.print(
        f"✓ Simulated {simulated.connections} connections, {simulated.log_rows:,} log rows: {near(directory)}"
    )
    with progress("Loading", show=show) as report:
        database = Path(read_target(settings).path or "").resolve()
        loaded = demo_module.load_account(settings, directory, database, report)
    console.print(f"✓ Loaded {len(loaded.tables)} tables into {near(database)}")

    as_of = AsOf(simulated.as_of, "load")
    project = DbtProject(settings, with_as_of({}, as_of))
    with build_progress(show=show) as on_step:
        outcome = build(project, (), on_step)
    summary.show_build(console, outcome, settings)
    if outcome.models:
        sections = [summary.STATUS, summary.PROBLEMS, summary.COST, summary.ERRORS, summary.ADVICE]
        summary.show_findings(console, summary.findings(project, sections), as_of)
    steps = {}
    if outcome.models and not outcome.models_failed:
        with progress("Reporting", show=show) as report:
            page = demo_module.write_demo_report(settings, project, report)
        steps[near(page)] = "the report: open it in a browser"
    summary.show_next(
        console,
        {
            **steps,
            "fivetran-logs query --target demo": "all the questions it answers",
            "fivetran-logs query schema_changes_last_7_days -t demo": "one of them",
            near(directory / "truth.json"): "what was planted, and must be found",
            "fivetran-logs load DIR && fivetran-logs build": "the same with your own data",
        },
    )
    if not outcome.succeeded:
        raise typer.Exit(CHECK_FAILED)


@app.command(epilog="Example: fivetran-logs init fivetran && cd fivetran")
def init(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Where to write; made if missing.")],
    force: Annotated[bool, typer.Option("--force", help="Replace files that are there, your own edits too.")] = False,
) -> None:
    """Write what you edit (profile, .nao.env.example, seeds, thresholds) into a directory to run every command from.

    Files that are there stay as they are, unless --force is given.
    """
    from fivetran_logs.commands.init import init as run_init
    from fivetran_logs.output.summary import show_next

    written = run_init(directory, force=force)
    console = output()
    console.print(f"✓ {len(written.new)} files written to {near(written.directory)}", markup=False)
    if written.kept:
        print_warning(f"kept as they are: {', '.join(written.kept)}; --force replaces them.")
    steps = {
        f"cd {shlex.quote(str(directory))}": "every command works from there",
        "cp .nao.env.example .nao.env": "say which warehouse",
        "fivetran-logs check": "is the source complete?",
        "fivetran-logs build": "every model and test",
    }
    show_next(console, steps)


@app.command(epilog="Example: fivetran-logs simulate account --plan standard --days 60")
def simulate(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Where to write; made if missing.")],
    seed: Seed = 7,
    days: Days = 120,
    plan: Plan = AccountPlan.enterprise,
    names: Annotated[Names, typer.Option(help="Generation of table and column names.")] = Names.current,
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="TIMESTAMP", help="Newest log time, UTC.")] = None,
    log_rows: Annotated[int | None, typer.Option(min=1, help="About how many log rows.")] = None,
    oddities: Annotated[
        bool,
        typer.Option(
            "--oddities/--no-oddities", help="With what readers trip over: damaged records, markup in names. For tests."
        ),
    ] = False,
    no_progress: NoProgress = False,
) -> None:
    """Write a realistic account as Parquet, one file per source table, and truth.json: what the marts must say."""
    from fivetran_logs.commands.build import parse_as_of
    from fivetran_logs.output.summary import show_next

    account = _simulate(
        directory,
        seed=seed,
        days=days,
        plan=plan.value,
        names=names.value,
        log_rows=log_rows,
        oddities=oddities,
        as_of=parse_as_of(as_of) if as_of else None,
        show=not no_progress,
    )
    console = output()
    console.print(
        f"✓ {len(account.tables)} tables, {sum(account.tables.values()):,} rows in {directory}: "
        f"{account.connections} connections, {account.log_rows:,} log rows up to {account.as_of:%Y-%m-%d %H:%M} UTC."
    )
    console.print(
        f"  {account.planted} things were planted; {directory / 'truth.json'} says what the marts must make of them."
    )
    show_next(console, {f"fivetran-logs load {shlex.quote(str(directory))} && fivetran-logs build": "what it shows"})


@app.command(epilog="Example: fivetran-logs load ~/exports/fivetran_metadata")
def load(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="One Parquet, CSV or JSON lines file per table.")],
    append: Annotated[bool, typer.Option("--append", help="Add what is new; keep the rows that are there.")] = False,
    target: Target = None,
    profiles_dir: ProfilesDir = None,
    project_dir: ProjectDir = None,
    no_progress: NoProgress = False,
) -> None:
    """Load an export of the Platform connector's schema into the DuckDB file, all or nothing.

    Tables are recognised by file name, in any case; a subdirectory of that name may hold a table's parts.
    Tables found replace those that are there.
    """
    from fivetran_logs.commands import load as loader
    from fivetran_logs.dbt.source_tables import read_contract
    from fivetran_logs.dbt.warehouse import read_target
    from fivetran_logs.output import summary

    settings = find_settings(project_dir=project_dir, profiles_dir=profiles_dir, target=target)
    with progress("Loading", show=not no_progress) as report:
        chosen = read_target(settings)
        if chosen.path is None or chosen.path == ":memory:":
            raise UserError(
                f"load writes DuckDB files, and the target {chosen.name} is {chosen.type}: choose another --target.",
                WRONG_USE,
            )
        result = loader.load(
            directory, Path(chosen.path), read_contract(settings.project_dir), append=append, progress=report
        )
    if result.unknown_files:
        print_warning(
            f"skipped, since no table of the Platform connector has that name: {', '.join(result.unknown_files)}"
        )
    console = output()
    summary.show_load(console, result)
    summary.show_next(console, {f"fivetran-logs build{_option(target)}": "every model and test"})


@app.command(epilog="Example: fivetran-logs check --vars '{fivetran_platform_schema: fivetran_metadata}'")
def check(
    format_: Annotated[CheckFormat, typer.Option("--format", "-f", help="How to print it.")] = CheckFormat.table,
    all_: Annotated[bool, typer.Option("--all", help="Print also what nobody misses.")] = False,
    max_age_days: Annotated[
        float, typer.Option("--max-age-days", min=0, help="Age from which a log says nothing about now.")
    ] = 3,
    target: Target = None,
    profiles_dir: ProfilesDir = None,
    project_dir: ProjectDir = None,
    as_of: AsOfOption = None,
    variables: VarsOption = None,
) -> None:
    """Look at the source before a build: connection, grants, tables, columns, rows, freshness; what each gap costs.

    Changes nothing. Exits 1 where results would be wrong.
    """
    from fivetran_logs.commands.build import decide_as_of, parse_vars, with_as_of
    from fivetran_logs.commands.check import check as run_check
    from fivetran_logs.dbt.project import DbtProject
    from fivetran_logs.output import check as check_output

    settings = find_settings(project_dir=project_dir, profiles_dir=profiles_dir, target=target)
    given = parse_vars(variables)
    with messages().status("Looking …"):
        instant = decide_as_of(settings, given, as_of)
        report = run_check(DbtProject(settings, with_as_of(given, instant)), instant, max_age_days)
    if format_ is CheckFormat.json:
        sys.stdout.write(check_output.to_json(report))
    else:
        if instant and instant.source == "load":
            print_warning(f"the loaded log ends {instant}, so that is taken as now; --as-of sets another.")
        check_output.show(output(), report, everything=all_)
    if not report.succeeded:
        raise typer.Exit(CHECK_FAILED)


@app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    epilog="Example: fivetran-logs build --select +fct_fivetran_connector_health --as-of 2026-06-18T14:00",
)
def build(
    ctx: typer.Context,
    target: Target = None,
    profiles_dir: ProfilesDir = None,
    project_dir: ProjectDir = None,
    as_of: AsOfOption = None,
    variables: VarsOption = None,
    no_progress: NoProgress = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print failures only.")] = False,
) -> None:
    """Build and test every model, then say what is unhealthy right now.

    Takes every option of [bold]dbt build[/], such as --select, --exclude, --full-refresh, --threads.
    Where `load` brought an old export, its newest log time is taken as now, unless --as-of is given.
    """
    from fivetran_logs.commands.build import build as run_build
    from fivetran_logs.commands.build import decide_as_of, parse_vars, with_as_of
    from fivetran_logs.dbt.project import DbtProject
    from fivetran_logs.output import summary

    settings = find_settings(project_dir=project_dir, profiles_dir=profiles_dir, target=target)
    given = parse_vars(variables)
    instant = decide_as_of(settings, given, as_of)
    project = DbtProject(settings, with_as_of(given, instant))
    console = output()
    if instant and instant.source == "load" and not quiet:
        print_warning(f"the loaded log ends {instant}, so that is taken as now; --as-of sets another.")
    with build_progress(show=not (no_progress or quiet)) as on_step:
        outcome = run_build(project, ctx.args, on_step)
    if not quiet or not outcome.succeeded:
        summary.show_build(console, outcome, settings)
    if outcome.models and not quiet:
        summary.show_findings(console, summary.findings(project, [summary.STATUS, summary.PROBLEMS]), instant)
        summary.show_next(console, {f"fivetran-logs query{_option(target)}": "all the questions it answers"})
    if not outcome.succeeded:
        raise typer.Exit(CHECK_FAILED)


@app.command(epilog="Example: fivetran-logs query unhealthy_connectors --format csv > unhealthy.csv")
def query(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="Without it, all queries are listed.")] = None,
    format_: Annotated[Format, typer.Option("--format", "-f", help="How to print it.")] = Format.table,
    limit: Annotated[int | None, typer.Option(min=1, help="At most this many rows.")] = None,
    output_file: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write there instead of printing.")
    ] = None,
    target: Target = None,
    profiles_dir: ProfilesDir = None,
    project_dir: ProjectDir = None,
    as_of: AsOfOption = None,
    variables: VarsOption = None,
) -> None:
    """Run a shipped analysis by name on your target, or list them all."""
    from fivetran_logs.commands import query as queries
    from fivetran_logs.commands.build import decide_as_of, parse_vars, with_as_of
    from fivetran_logs.dbt.project import DbtProject
    from fivetran_logs.output import summary

    settings = find_settings(project_dir=project_dir, profiles_dir=profiles_dir, target=target)
    known = queries.read_queries(settings)
    if name is None:
        _list_queries(known.values())
        return
    wanted = queries.find_query(known, name)
    given = parse_vars(variables)
    project = DbtProject(settings, with_as_of(given, decide_as_of(settings, given, as_of)))
    with messages().status("Asking …"):
        answer = queries.run_query(project, wanted, limit=limit)
    if format_ is Format.table and output_file is None:
        console = output()
        console.print(Text(wanted.description, "dim"))
        console.print(
            summary.answer_table(answer) if console.is_terminal else summary.answer_text(answer), soft_wrap=True
        )
        console.print(Text(f"{len(answer.rows):,} row{'' if len(answer.rows) == 1 else 's'}", "dim"))
        return
    render = {Format.table: summary.answer_text, Format.csv: queries.to_csv, Format.json: queries.to_json}[format_]
    if output_file is None:
        sys.stdout.write(render(answer))
        return
    try:
        output_file.write_text(render(answer), encoding="utf-8")
    except OSError as error:
        raise UserError(f"{output_file} cannot be written: {error.strerror or error}", WRONG_USE) from error
    messages().print(f"✓ {len(answer.rows):,} rows in {output_file}", markup=False)


@app.command(epilog="Example: fivetran-logs report --output fivetran.html --redact")
def report(
    output_file: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Where to write it; default: fivetran_report.html."),
    ] = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Write its data there, too: docs/report.md.")
    ] = None,
    redact_names: Annotated[
        bool, typer.Option("--redact", help="Aliases in place of names, e-mails and messages, for sharing outside.")
    ] = False,
    target: Target = None,
    profiles_dir: ProfilesDir = None,
    project_dir: ProjectDir = None,
    as_of: AsOfOption = None,
    variables: VarsOption = None,
    no_progress: NoProgress = False,
) -> None:
    """Write what the marts say as one HTML file, which needs no server and no network."""
    from fivetran_logs.commands.build import decide_as_of, parse_vars, with_as_of
    from fivetran_logs.dbt.project import DbtProject
    from fivetran_logs.report import DEFAULT_OUTPUT, write_report

    settings = find_settings(project_dir=project_dir, profiles_dir=profiles_dir, target=target)
    given = parse_vars(variables)
    project = DbtProject(settings, with_as_of(given, decide_as_of(settings, given, as_of)))
    path = output_file or DEFAULT_OUTPUT
    with progress("Reporting", show=not no_progress) as tell:
        written = write_report(project, path, json_file=json_file, redact=redact_names, report=tell)
    console = output()
    console.print(
        f"✓ {near(path)}: {written.connections:,} connections as of {written.as_of:%Y-%m-%d %H:%M} UTC, "
        f"{written.size / 1e6:.1f} MB. Open it in a browser.",
        markup=False,
    )
    if json_file:
        console.print(f"✓ {near(json_file)}: its data", markup=False)


def run(arguments: Sequence[str]) -> int:
    """Runs one command line and returns its exit code. Every failure is one line on standard error."""
    try:
        code = app(list(arguments) or ["--help"], standalone_mode=False, prog_name="fivetran-logs")
        if code == INTERRUPTED:  # Typer catches Ctrl-C itself and says nothing
            raise KeyboardInterrupt
        return code if isinstance(code, int) else 0
    except UserError as error:
        print_error(str(error))
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        print_error("interrupted; run the same command again to start over.")
        return INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()  # the reader, such as `head`, has seen enough
        return 0
    except Exception as error:
        if hasattr(error, "format_message"):  # Typer's own, of wrong use; where its class lives depends on the version
            print_error(_usage(error))
            return WRONG_USE
        path = _keep_traceback()
        print_error(f"this should not happen; {path} says more. {type(error).__name__}: {one_line(str(error))}")
        return CHECK_FAILED


def main() -> None:
    """Entry point of the command."""
    sys.exit(run(sys.argv[1:]))


# -- helpers of more than one command


def _simulate(directory: Path, *, show: bool, as_of=None, **options):
    from fivetran_logs.simulator import simulate as run_simulation

    if as_of is not None:
        options["as_of"] = as_of
    try:
        with progress("Simulating", show=show) as report:
            return run_simulation(directory, progress=report, **options)
    except (ValueError, OSError) as error:
        raise UserError(f"{error}", WRONG_USE) from error


def _list_queries(known) -> None:
    from rich.table import Table

    console = output()
    if not console.is_terminal:
        for entry in known:
            sys.stdout.write(f"{entry.name}\t{entry.subject}\t{entry.description}\n")
        return
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
    subject = None
    for entry in known:
        if entry.subject != subject:
            subject = entry.subject
            table.add_row(Text(f"\n{subject}", "bold"), "")
        table.add_row(Text(f"  {entry.name}", "cyan"), Text(entry.description))
    console.print(table)
    console.print("\n[dim]Run one: fivetran-logs query NAME [--format table|csv|json] [--limit N] [--output FILE][/]")


def _option(target: str | None) -> str:
    return f" --target {target}" if target else ""


def _usage(error: Exception) -> str:
    context = getattr(error, "ctx", None)
    message = one_line(error.format_message()).rstrip(".?").replace("Value error, ", "")
    return f"{message}. See `{context.command_path if context else 'fivetran-logs'} --help`."


def _keep_traceback() -> Path:
    path = Path("logs") / "fivetran-logs-error.log"
    try:
        path.parent.mkdir(exist_ok=True)
        path.write_text(redact(traceback.format_exc()), encoding="utf-8")
    except OSError:
        pass
    return path

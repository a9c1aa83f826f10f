"""The command line: verbs and options. The module of the same name in `commands` runs each verb."""

from __future__ import annotations

import gc
import sys
import traceback
from collections.abc import Sequence
from contextlib import redirect_stderr, suppress
from pathlib import Path
from typing import Annotated

import typer

from fivetran_logs.cli.alert import STATE_FILE, alert_app
from fivetran_logs.cli.export import export_app
from fivetran_logs.cli.options import (
    AccountPlan,
    AsOfOption,
    Change,
    CheckFormat,
    Contract,
    Days,
    Format,
    FormatOption,
    ManifestOption,
    Names,
    NoProgress,
    OutputFile,
    Plan,
    ProfilesDir,
    ProjectDir,
    Seed,
    Target,
    VarsOption,
    options_of,
)
from fivetran_logs.failures.errors import CHECK_FAILED, WRONG_USE, UserError, one_line
from fivetran_logs.failures.secrets import RedactedStream, redact

INTERRUPTED = 130


app = typer.Typer(
    name="fivetran-logs",
    help="Turns the Fivetran Platform connector's log and metadata into answers.",
    epilog="New here? `fivetran-logs demo` shows it all on a simulated account.",
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.add_typer(export_app, name="export", epilog="Example: fivetran-logs export focus --output fivetran.parquet")
app.add_typer(alert_app, name="alert", epilog="Example: fivetran-logs alert --dry-run")


def _query_names(incomplete: str) -> list[str]:
    """Names of queries for the shell's completion."""
    from fivetran_logs.commands.query import read_queries
    from fivetran_logs.dbt.open import open_settings

    with suppress(UserError):
        return [
            name for name in read_queries(open_settings(options_of(None, None, None))) if name.startswith(incomplete)
        ]
    return []


@app.callback(invoke_without_command=True)
def _root(
    version: Annotated[
        bool, typer.Option("--version", help="Print the versions that a bug report needs.", is_eager=True)
    ] = False,
) -> None:
    if version:
        from fivetran_logs.dbt.versions import versions

        print(*(f"{name} {number}" for name, number in versions().items()), sep="\n")
        raise typer.Exit()


@app.command(epilog="Example: fivetran-logs demo")
def demo(
    seed: Seed = 7,
    days: Days = 120,
    plan: Plan = AccountPlan.enterprise,
    profiles_dir: ProfilesDir = None,
    project_dir: ProjectDir = None,
    no_progress: NoProgress = False,
) -> int:
    """Simulate an account, load it, build and test every model on DuckDB, print the findings and write the report.

    All files go to [bold]demo/[/]; your own data is not touched.
    """
    from fivetran_logs.commands import demo as verb

    return verb.run(
        seed=seed,
        days=days,
        plan=plan.value,
        profiles_dir=profiles_dir,
        project_dir=project_dir,
        show=not no_progress,
    )


@app.command(epilog="Example: fivetran-logs init fivetran && cd fivetran")
def init(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Where to write; created if missing.")],
    force: Annotated[bool, typer.Option("--force", help="Replace existing files, your own edits too.")] = False,
) -> int:
    """Write what you edit (profile, .nao.env.example, seeds, thresholds) into a directory to run every command from.

    Existing files stay unchanged, unless you give --force.
    """
    from fivetran_logs.commands import init as verb

    return verb.run(directory, force=force)


@app.command(epilog="Example: fivetran-logs simulate account --plan standard --days 60")
def simulate(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Where to write; created if missing.")],
    seed: Seed = 7,
    days: Days = 120,
    plan: Plan = AccountPlan.enterprise,
    names: Annotated[Names, typer.Option(help="Generation of table and column names.")] = Names.current,
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="TIMESTAMP", help="Newest log time, UTC.")] = None,
    log_rows: Annotated[int | None, typer.Option(min=1, help="About how many log rows.")] = None,
    oddities: Annotated[
        bool,
        typer.Option("--oddities/--no-oddities", help="Include odd data, for tests: damaged records, markup in names."),
    ] = False,
    contract: Annotated[
        Contract, typer.Option(help="How it is billed: by price list; one destination in credits; a fixed price.")
    ] = Contract.tiers,
    usage_only: Annotated[
        bool, typer.Option("--usage-only", help="Leave out the log: years of usage and bills in seconds.")
    ] = False,
    no_progress: NoProgress = False,
) -> int:
    """Write a realistic account as Parquet, one file per source table, and truth.json with the right answers."""
    from fivetran_logs.commands import simulate as verb

    return verb.run(
        directory,
        seed=seed,
        days=days,
        plan=plan.value,
        names=names.value,
        as_of=as_of,
        log_rows=log_rows,
        oddities=oddities,
        contract=contract.value,
        usage_only=usage_only,
        show=not no_progress,
    )


@app.command(epilog="Example: fivetran-logs load ~/exports/fivetran_metadata")
def load(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="One Parquet, CSV or JSON lines file per table.")],
    append: Annotated[bool, typer.Option("--append", help="Add new rows and keep existing ones.")] = False,
    target: Target = None,
    profiles_dir: ProfilesDir = None,
    project_dir: ProjectDir = None,
    no_progress: NoProgress = False,
) -> int:
    """Load an export of the Platform connector's schema into the DuckDB file, all or nothing.

    Tables are recognised by file name, in any case; a subdirectory of that name may hold a table's parts.
    Loaded tables replace existing ones.
    """
    from fivetran_logs.commands import load as verb

    return verb.run(directory, options_of(target, profiles_dir, project_dir), append=append, show=not no_progress)


@app.command(epilog="Example: fivetran-logs check --vars '{fivetran_platform_schema: fivetran_metadata}'")
def check(
    format_: Annotated[CheckFormat, typer.Option("--format", "-f", help="How to print it.")] = CheckFormat.table,
    all_: Annotated[bool, typer.Option("--all", help="Also show gaps that hardly affect the marts.")] = False,
    max_age_days: Annotated[
        float, typer.Option("--max-age-days", min=0, help="Age in days from which the log counts as too old.")
    ] = 3,
    target: Target = None,
    profiles_dir: ProfilesDir = None,
    project_dir: ProjectDir = None,
    as_of: AsOfOption = None,
    variables: VarsOption = None,
) -> int:
    """Check the source before a build: connection, grants, tables, columns, rows, freshness; what each gap costs.

    Changes nothing. Exits 1 if results would be wrong.
    """
    from fivetran_logs.commands import check as verb

    options = options_of(target, profiles_dir, project_dir, as_of, variables)
    as_json = format_ is CheckFormat.json
    return verb.run(options, as_json=as_json, everything=all_, max_age_days=max_age_days)


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
    manifest: ManifestOption = None,
    no_progress: NoProgress = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print failures only.")] = False,
) -> int:
    """Build and test every model, then show what is unhealthy right now.

    Takes every option of [bold]dbt build[/], such as --select, --exclude, --full-refresh, --threads.
    After `load` of an old export, its newest log time counts as now, unless you give --as-of.
    """
    from fivetran_logs.commands import build as verb

    options = options_of(target, profiles_dir, project_dir, as_of, variables)
    return verb.run(options, ctx.args, manifest=manifest, show=not no_progress, quiet=quiet)


@app.command(epilog="Example: fivetran-logs query unhealthy_connectors --format csv > unhealthy.csv")
def query(
    name: Annotated[
        str | None,
        typer.Argument(metavar="[NAME]", help="Without it, all queries are listed.", autocompletion=_query_names),
    ] = None,
    format_: FormatOption = Format.table,
    find: Annotated[
        str | None, typer.Option("--find", metavar="WORD", help="List the queries about this, e.g. cost.")
    ] = None,
    columns: Annotated[
        str | None, typer.Option("--columns", "-c", metavar="NAMES", help="Only these columns, separated by commas.")
    ] = None,
    where: Annotated[
        list[str] | None,
        typer.Option("--where", "-w", metavar="COLUMN=VALUE", help="Only these rows; COLUMN~PART: a part of it."),
    ] = None,
    all_: Annotated[bool, typer.Option("--all", "-a", help="Print all columns, also those that do not fit.")] = False,
    limit: Annotated[int | None, typer.Option(min=1, help="At most this many rows.")] = None,
    output_file: OutputFile = None,
    target: Target = None,
    profiles_dir: ProfilesDir = None,
    project_dir: ProjectDir = None,
    as_of: AsOfOption = None,
    variables: VarsOption = None,
) -> int:
    """Run a shipped analysis by name on your target, or list them all."""
    from fivetran_logs.commands import query as verb

    options = options_of(target, profiles_dir, project_dir, as_of, variables)
    return verb.run(
        options,
        name,
        find=find,
        columns=columns,
        where=where or [],
        everything=all_,
        format_=format_.value,
        limit=limit,
        output_file=output_file,
    )


@app.command("explain-difference", epilog="Example: fivetran-logs explain-difference --month 2026-05")
def explain_difference(
    month: Annotated[
        str | None, typer.Option("--month", "-m", metavar="YYYY-MM", help="Default: the last complete month.")
    ] = None,
    format_: FormatOption = Format.table,
    output_file: OutputFile = None,
    target: Target = None,
    profiles_dir: ProfilesDir = None,
    project_dir: ProjectDir = None,
    as_of: AsOfOption = None,
    variables: VarsOption = None,
) -> int:
    """Show why a month's active rows differ from those on Fivetran's dashboard, with the rows of each reason."""
    from fivetran_logs.commands import explain_difference as verb

    options = options_of(target, profiles_dir, project_dir, as_of, variables)
    return verb.run(options, month, format_=format_.value, output_file=output_file)


@app.command(epilog="Example: fivetran-logs report --output fivetran.html --redact")
def report(
    output_file: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Where to write it; default: fivetran_report.html."),
    ] = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Also write its data as JSON: docs/report.md.")
    ] = None,
    redact_names: Annotated[
        bool, typer.Option("--redact", help="Aliases in place of names, e-mails and messages, for sharing outside.")
    ] = False,
    alert_state: Annotated[
        Path | None,
        typer.Option(
            "--alert-state",
            metavar="FILE",
            envvar="FIVETRAN_LOGS_ALERT_STATE",
            help="State file of `alert`, to show who was told; default: fivetran_logs_alerts.json if it is there.",
        ),
    ] = None,
    target: Target = None,
    profiles_dir: ProfilesDir = None,
    project_dir: ProjectDir = None,
    as_of: AsOfOption = None,
    variables: VarsOption = None,
    no_progress: NoProgress = False,
) -> int:
    """Write the marts as one HTML report that needs no server and no network."""
    from fivetran_logs.commands import report as verb

    options = options_of(target, profiles_dir, project_dir, as_of, variables)
    return verb.run(
        options,
        output_file=output_file,
        json_file=json_file,
        redact=redact_names,
        alert_state=alert_state or STATE_FILE,
        show=not no_progress,
    )


@app.command(epilog="Example: fivetran-logs lineage orders.customer_id")
def lineage(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="table, schema.table, table.column, schema.table.column.")
    ],
    format_: FormatOption = Format.table,
    output_file: OutputFile = None,
    target: Target = None,
    profiles_dir: ProfilesDir = None,
    project_dir: ProjectDir = None,
    variables: VarsOption = None,
    manifest: ManifestOption = None,
) -> int:
    """Show where a table or column comes from, and where it goes. Names match on either side, in any case.

    With a manifest, on to the models that read the table and the exposures that depend on those.
    """
    from fivetran_logs.commands import lineage as verb

    options = options_of(target, profiles_dir, project_dir, None, variables)
    return verb.run(options, name, manifest=manifest, format_=format_.value, output_file=output_file)


@app.command("what-if", epilog="Example: fivetran-logs what-if drop-tables app_db --table orders")
def what_if(
    change: Annotated[Change, typer.Argument(metavar="CHANGE", help=" | ".join(one.value for one in Change))],
    connection: Annotated[str, typer.Argument(metavar="CONNECTION", help="Its name or id.")],
    tables: Annotated[
        list[str] | None,
        typer.Option("--table", metavar="TABLE", help="table or schema.table; may be repeated; default: all of them."),
    ] = None,
    into: Annotated[
        str | None, typer.Option("--into", metavar="CONNECTION", help="The connection that merge adds it to.")
    ] = None,
    format_: FormatOption = Format.table,
    output_file: OutputFile = None,
    target: Target = None,
    profiles_dir: ProfilesDir = None,
    project_dir: ProjectDir = None,
    as_of: AsOfOption = None,
    variables: VarsOption = None,
) -> int:
    """Reckon a change before you make it: paid rows and dollars a month, and how that was found.

    It changes nothing. It starts from the last complete month that has a bill.
    """
    from fivetran_logs.commands import what_if as verb

    return verb.run(
        options_of(target, profiles_dir, project_dir, as_of, variables),
        change.value,
        connection,
        tables=tables or [],
        into=into,
        format_=format_.value,
        output_file=output_file,
    )


def run(arguments: Sequence[str]) -> int:
    """Runs one command line and returns its exit code. Every failure is one line on standard error, without secrets."""
    with redirect_stderr(RedactedStream(sys.stderr)):
        return _run(arguments)


def _run(arguments: Sequence[str]) -> int:
    try:
        code = app(list(arguments) or ["--help"], standalone_mode=False, prog_name="fivetran-logs")
        if code == INTERRUPTED:  # Typer catches Ctrl-C itself and prints nothing
            raise KeyboardInterrupt
        return code if isinstance(code, int) else 0
    except UserError as error:
        _say(str(error))
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        _say("interrupted; run the same command again to start over.")
        return INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()  # the reader, such as `head`, has closed the pipe
        return 0
    except Exception as error:
        if hasattr(error, "format_message"):  # Typer's error for wrong use; its class moves between versions
            _say(_usage(error))
            return WRONG_USE
        path = _keep_traceback()
        _say(f"Unexpected error; details are in {path}. {type(error).__name__}: {one_line(str(error))}")
        return CHECK_FAILED


def main() -> None:
    """Entry point of the command."""
    # dbt keeps its parsed objects until the end: a garbage collection every 700 objects takes a tenth of a build.
    gc.set_threshold(50_000, 20, 100)
    sys.exit(run(sys.argv[1:]))


def _say(failure: str) -> None:
    from fivetran_logs.output.console import print_error

    print_error(failure)


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

"""The verbs of `fivetran-logs alert`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fivetran_logs.cli.options import (
    AsOfOption,
    ProfilesDir,
    ProjectDir,
    Target,
    VarsOption,
    options_of,
)

alert_app = typer.Typer(rich_markup_mode="rich", context_settings={"help_option_names": ["-h", "--help"]})

RulesFile = Annotated[
    Path | None, typer.Option("--rules", metavar="FILE", help="The rules; default: alerts.yml if it is there.")
]
StateFile = Annotated[
    str | None,
    typer.Option(
        "--state",
        metavar="FILE|warehouse",
        help="What was told to whom: a file, or a table of the target's schema. Default: FIVETRAN_LOGS_ALERT_STATE, "
        "or fivetran_logs_alerts.json.",
    ),
]
Comment = Annotated[str, typer.Option("--comment", "-c", metavar="TEXT", help="Why.")]
Author = Annotated[str | None, typer.Option("--author", metavar="NAME", help="Who; default: your user name here.")]


@alert_app.callback(invoke_without_command=True)
def alert(
    ctx: typer.Context,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print each message, and the reason for each that is not sent.")
    ] = False,
    rules: RulesFile = None,
    state: StateFile = None,
    target: Target = None,
    profiles_dir: ProfilesDir = None,
    project_dir: ProjectDir = None,
    as_of: AsOfOption = None,
    variables: VarsOption = None,
) -> int:
    """Tell people what is wrong, once, and that it is over. Run it after each build.

    Without a rules file everything goes to the Apprise addresses in FIVETRAN_LOGS_ALERT_URLS.
    """
    if ctx.invoked_subcommand is not None:
        return 0
    from fivetran_logs.commands import alert as verb

    options = options_of(target, profiles_dir, project_dir, as_of, variables)
    return verb.run(options, verb.Files(rules, state), dry_run=dry_run)


@alert_app.command(epilog="Example: fivetran-logs alert silence team=finance --for 4h --comment 'migration'")
def silence(
    match: Annotated[
        list[str] | None, typer.Argument(metavar="LABEL=VALUE", help="Which alerts, e.g. connection_name=erp_sql.")
    ] = None,
    lasts: Annotated[str, typer.Option("--for", metavar="DURATION", help="How long: 30m, 4h, 2d.")] = "4h",
    comment: Comment = "",
    author: Author = None,
    end: Annotated[str | None, typer.Option("--end", metavar="ID", help="End this silence now.")] = None,
    state: StateFile = None,
    target: Target = None,
    profiles_dir: ProfilesDir = None,
    project_dir: ProjectDir = None,
) -> int:
    """Tell nothing of some alerts for some time."""
    from fivetran_logs.commands import alert as verb

    options, files = options_of(target, profiles_dir, project_dir), verb.Files(state=state)
    if end is not None:
        return verb.end_silence(options, files, end)
    return verb.silence(options, files, match or [], lasts=lasts, comment=comment, author=author)


@alert_app.command(epilog="Example: fivetran-logs alert ack incident:4f1c --comment 'on it'")
def ack(
    key: Annotated[str, typer.Argument(metavar="KEY", help="The alert's key, from `alert status`.")],
    comment: Comment = "",
    author: Author = None,
    state: StateFile = None,
    target: Target = None,
    profiles_dir: ProfilesDir = None,
    project_dir: ProjectDir = None,
) -> int:
    """Send no reminder of an alert until it recovers."""
    from fivetran_logs.commands import alert as verb

    return verb.ack(
        options_of(target, profiles_dir, project_dir), verb.Files(state=state), key, comment=comment, author=author
    )


@alert_app.command("test", epilog="Example: fivetran-logs alert test on-call")
def alert_test(
    receiver: Annotated[str | None, typer.Argument(metavar="[RECEIVER]", help="Default: all.")] = None,
    rules: RulesFile = None,
    target: Target = None,
    profiles_dir: ProfilesDir = None,
    project_dir: ProjectDir = None,
) -> int:
    """Send a test message to each address."""
    from fivetran_logs.commands import alert as verb

    return verb.test(options_of(target, profiles_dir, project_dir), verb.Files(rules), receiver)


@alert_app.command("status", epilog="Example: fivetran-logs alert status")
def alert_status(
    state: StateFile = None,
    target: Target = None,
    profiles_dir: ProfilesDir = None,
    project_dir: ProjectDir = None,
) -> int:
    """Print who was told of what is still open, and the silences."""
    from fivetran_logs.commands import alert as verb

    return verb.status(options_of(target, profiles_dir, project_dir), verb.Files(state=state))


@alert_app.command("check", epilog="Example: fivetran-logs alert check --rules alerts.yml")
def alert_check(
    rules: RulesFile = None, target: Target = None, profiles_dir: ProfilesDir = None, project_dir: ProjectDir = None
) -> int:
    """Check the rules file and the addresses, and print the routes. Sends nothing."""
    from fivetran_logs.commands import alert as verb

    return verb.check(options_of(target, profiles_dir, project_dir), verb.Files(rules))

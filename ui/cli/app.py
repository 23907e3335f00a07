"""The `sourcebook` command. Heavy parts are imported inside the commands: help must be quick."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from typing import Annotated

import typer

from sourcebook.ui.cli.doors import keys as key_commands
from sourcebook.ui.cli.doors import mcp as mcp_command
from sourcebook.ui.cli.doors import serve as serve_command
from sourcebook.ui.cli.doors import verify as verify_command
from sourcebook.ui.cli.evaluation import commands as eval_commands
from sourcebook.ui.cli.maintenance import copies as copy_commands
from sourcebook.ui.cli.maintenance import purge as purge_command
from sourcebook.ui.cli.maintenance import reindex as reindex_command
from sourcebook.ui.cli.postgres import access as access_commands
from sourcebook.ui.cli.postgres import copying as copying_command

from . import articles as library_commands
from . import ask as asking_commands
from . import libraries as libraries_command
from . import models as model_commands
from . import reread as reread_command
from . import sync as sync_command
from .options import JsonOption, LibraryOption

__all__ = ["app", "main"]

EXIT_STATUS = (
    "Exit status: 0 done; 1 a problem, named in one line on standard error; 2 wrong usage; 3 "
    "`verify`: not all is supported; 130 ended with Ctrl-C."
)

app = typer.Typer(
    name="sourcebook",
    help="Answers questions from your own articles, and shows where each sentence stands.",
    epilog=EXIT_STATUS,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(libraries_command.app, name="libraries")
app.add_typer(model_commands.app, name="models")
app.add_typer(eval_commands.app, name="eval")
app.add_typer(key_commands.app, name="keys")
app.add_typer(access_commands.app, name="access")


def main() -> None:
    """Entry point. Its exit status is one of EXIT_STATUS."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # An article's letters must not end the program where the terminal cannot show them.
            stream.reconfigure(errors="replace")
    try:
        app()
    except Exception as error:
        # Imported only now, as the room it stands in loads numpy.
        from sourcebook.index.errors import SourcebookError
        from sourcebook.ui.serving import HostRefused

        if not isinstance(error, SourcebookError):
            raise
        _complain(str(error))
        sys.exit(2 if isinstance(error, HostRefused) else 1)
    except SystemExit as end:
        if end.code == 130:
            _complain("interrupted")
        raise
    except KeyboardInterrupt:
        _complain("interrupted")
        sys.exit(130)


def _complain(message: str) -> None:
    from sourcebook.ui.render import one_line

    print(f"sourcebook: {one_line(message)}", file=sys.stderr)


def _show_version(is_set: bool) -> None:
    if is_set:
        from sourcebook.index.machine import package_version

        version = package_version("sourcebook")
        about = "sourcebook, run from a checkout that is not installed"
        print(f"sourcebook {version}" if version else about)
        raise typer.Exit


@app.callback()
def sourcebook(
    _: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Print the version and stop."
        ),
    ] = False,
) -> None:
    """Answers questions from your own articles, and shows where each sentence stands."""


def doctor(
    context: typer.Context,
    library: LibraryOption = None,
    repair: Annotated[
        bool, typer.Option(help="Make anew what follows from the articles, with --library.")
    ] = True,
    json: JsonOption = False,
) -> None:
    """Check this installation; say of each problem what to do.

    With --library, that library is examined too: each article, passage and vector, the words, the
    snapshot. What follows from the articles is made anew where it is damaged.
    """
    from sourcebook.ui.render import one_line
    from sourcebook.ui.render.text import to_json

    from .doctor import examine

    checks = examine(library)
    source = context.get_parameter_source("library")
    if source is not None and source.name == "COMMANDLINE":  # the variable names one for all
        from .maintenance.examining import examine_contents

        checks += examine_contents(library, repair=repair)
    if json:
        print(to_json({"ok": all(c.ok for c in checks), "checks": [c.to_dict() for c in checks]}))
    else:
        width = max(len(check.name) for check in checks)
        for check in checks:
            word = "ok     " if check.ok else "PROBLEM"
            remedy = f": {check.remedy}" if check.remedy else ""
            print(f"{word}  {check.name:{width}}  {one_line(check.detail + remedy)}")
    if not all(check.ok for check in checks):
        raise typer.Exit(1)


# In the order in which the help names them.
_COMMANDS: dict[str, Callable[..., None]] = {
    "chat": asking_commands.chat,
    "serve": serve_command.serve,
    "ask": asking_commands.ask,
    "search": asking_commands.search,
    "verify": verify_command.verify,
    "replay": asking_commands.replay,
    "mcp": mcp_command.mcp,
    "add": library_commands.add,
    "sync": sync_command.sync,
    "reread": reread_command.reread,
    "list": library_commands.list_documents,
    "show": library_commands.show,
    "remove": library_commands.remove,
    "reindex": reindex_command.reindex,
    "purge": purge_command.purge,
    "copy": copying_command.copy,
    "backup": copy_commands.backup,
    "restore": copy_commands.restore,
    "doctor": doctor,
}
for name, command in _COMMANDS.items():
    app.command(name=name)(command)

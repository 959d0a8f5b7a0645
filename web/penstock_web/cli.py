"""The command line: the place that wires. Commands import what they need when they are called."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from penstock_web import exit_codes
from penstock_web.cli_config import add_config_commands
from penstock_web.cli_keys import add_key_commands
from penstock_web.cli_parts import AsJson, Packages, WorkflowFile, end, let_go, tell
from penstock_web.cli_store import add_commands
from penstock_web.errors import CommandRefused

app = typer.Typer(
    name="penstock",
    help="Workflow automation: every node a plugin, untrusted code in a sandbox.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)


def _show_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"penstock {version('penstock')}")
        raise typer.Exit


@app.callback()
def options(
    *,
    version: Annotated[
        bool,
        typer.Option("--version", help="Print the version.", is_eager=True, callback=_show_version),
    ] = False,
) -> None:
    """Options of the program itself."""


@app.command()
def run(
    file: WorkflowFile,
    *,
    items: Annotated[
        str,
        typer.Option(
            "--input", metavar="FILE", help="JSON file with items for the start node; - for stdin."
        ),
    ] = "",
    to: Annotated[
        str, typer.Option(metavar="NODE", help="Run only what this node needs, and the node.")
    ] = "",
    start: Annotated[str, typer.Option(metavar="NODE", help="The node to start at.")] = "",
    variables: Annotated[
        list[str], typer.Option("--var", metavar="NAME=VALUE", help="Read as $vars.NAME.")
    ] = [],  # noqa: B006  # typer copies it
    packages: Packages = [],  # noqa: B006  # typer copies it
    wait: Annotated[
        float,
        typer.Option(
            "--wait",
            metavar="SECONDS",
            min=0,
            help="Wait for so long at most; at a longer wait, say until when, and end with 3.",
        ),
    ] = 60,
    files: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Save the files of the result in this folder."),
    ] = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Run again whenever the file or its input changes.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Run a workflow file and show each step."""
    from penstock_web.commands.run import Asked, run_file

    asked = Asked(
        file=file,
        items=items,
        to=to,
        start=start,
        variables=variables,
        packages=packages,
        files=files,
        wait_s=wait,
    )
    end(run_file, asked, again=watch, as_json=as_json)


@app.command()
def validate(
    files: Annotated[list[Path], typer.Argument(help="Workflow files.")],
    packages: Packages = [],  # noqa: B006  # typer copies it
    as_json: AsJson = False,
) -> None:
    """Check workflow files; every finding at once, each with what to do."""
    from penstock_web.commands.documents import validate_files

    end(validate_files, files, packages, as_json=as_json)


@app.command()
def diff(before: WorkflowFile, after: WorkflowFile, as_json: AsJson = False) -> None:
    """Compare two workflow files by what they mean, not by their text."""
    from penstock_web.commands.documents import diff_files

    end(diff_files, before, after, as_json=as_json)


@app.command("import")
def import_(
    importer: Annotated[str, typer.Argument(help="What the files are, e.g. n8n or curl.")],
    files: Annotated[
        list[Path], typer.Argument(help="Files, or folders of them; - reads standard input.")
    ],
    *,
    output: Annotated[
        Path | None,
        typer.Option("--output", metavar="DIR", help="Write each workflow to a file in here."),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace files that are there already.")
    ] = False,
    report: Annotated[
        bool, typer.Option("--report", help="Tell what stands in the way of each, and coverage.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Turn files of another product into workflows."""
    from penstock_web.commands.importing import Asked, import_files

    asked = Asked(importer=importer, files=files, output=output, force=force, report=report)
    end(import_files, asked, as_json=as_json)


@app.command()
def nodes(
    name: Annotated[str, typer.Argument(help="A node type, or a part of its name.")] = "",
    packages: Packages = [],  # noqa: B006  # typer copies it
    example: Annotated[
        bool, typer.Option("--example", help="Print a workflow that shows the node at work.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List the node types, or show one with its parameters and ports."""
    from penstock_web.commands.catalogue import show_example, show_nodes

    if example:
        end(show_example, name, packages, as_json=as_json)
    end(show_nodes, name, packages, as_json=as_json)


@app.command()
def plugins(
    packages: Packages = [],  # noqa: B006  # typer copies it
    as_json: AsJson = False,
) -> None:
    """List the packages that were loaded, and why others were not."""
    from penstock_web.commands.catalogue import show_plugins

    end(show_plugins, packages, as_json=as_json)


@app.command()
def bench(
    names: Annotated[
        list[str],
        typer.Argument(
            help="Groups: guests, executions, http, steps, nodes, large, start, idle. "
            "All when left out."
        ),
    ] = [],  # noqa: B006  # typer copies it
    as_json: AsJson = False,
) -> None:
    """Measure what is promised, on this machine."""
    from penstock_web.bench.suite import run_bench

    end(run_bench, names, as_json=as_json)


@app.command()
def serve(
    *,
    port: Annotated[
        int | None,
        typer.Option(metavar="PORT", min=0, max=65535, help="The port; by default PENSTOCK_PORT."),
    ] = None,
    role: Annotated[
        str, typer.Option(help="all, api, webhook, worker or scheduler.", metavar="ROLE")
    ] = "all",
    concurrency: Annotated[
        int, typer.Option("--concurrency", min=1, help="Executions to run side by side.")
    ] = 64,
    packages: Packages = [],  # noqa: B006  # typer copies it
) -> None:
    """Accept and run executions until stopped; what was accepted outlives every crash."""
    _serve(role, port, ["default"], concurrency, packages, "--port")


@app.command()
def worker(
    *,
    pools: Annotated[
        list[str], typer.Option("--pool", metavar="NAME", help="Work for this pool.")
    ] = ["default"],  # noqa: B006  # typer copies it
    concurrency: Annotated[
        int, typer.Option("--concurrency", min=1, help="Executions to run side by side.")
    ] = 64,
    port: Annotated[
        int,
        typer.Option(
            "--health-port", metavar="PORT", min=0, max=65535, help="Where health is answered."
        ),
    ] = 5681,
    packages: Packages = [],  # noqa: B006  # typer copies it
) -> None:
    """Run executions that others accepted, until stopped."""
    _serve("worker", port, pools, concurrency, packages, "--health-port")


def _serve(
    role: str,
    port: int | None,
    pools: list[str],
    concurrency: int,
    packages: list[Path],
    port_option: str,
) -> NoReturn:
    from typing import cast, get_args

    from penstock_kernel.work.serving import Role
    from penstock_web.commands.serve import Asked, run_server

    def start() -> int:
        if role not in get_args(Role):
            message = f"There is no role {role!r}; there are {', '.join(get_args(Role))}."
            raise CommandRefused(message)
        return run_server(
            Asked(
                role=cast("Role", role),
                port=port,
                pools=pools,
                concurrency=concurrency,
                packages=packages,
                patience_s=20,
                port_option=port_option,
            )
        )

    end(start)


add_commands(app)
add_key_commands(app)
add_config_commands(app)


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="The file to write; it must not be there yet.")],
    *,
    with_key: Annotated[
        bool,
        typer.Option("--with-key", help="Put the key in too: who has the file can read it all."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write everything that is kept to a file, while work goes on."""
    from penstock_web.commands.backup import back_up_to

    end(back_up_to, file, with_key=with_key, as_json=as_json)


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A file that `penstock backup` wrote.")],
    as_json: AsJson = False,
) -> None:
    """Restore a backup into an empty database; what ran when it was made goes on."""
    from penstock_web.commands.backup import restore_from

    end(restore_from, file, as_json=as_json)


@app.command()
def migrate(as_json: AsJson = False) -> None:
    """Bring the database to the newest schema, and say what was done."""
    from penstock_web.commands.migrate import migrate_database

    end(migrate_database, as_json=as_json)


@app.command()
def doctor(
    probe: Annotated[
        bool, typer.Option("--probe", help="Try to break out of a runner, natively.")
    ] = False,
    live: Annotated[
        bool, typer.Option("--live", help="Only ask the process here whether it lives.")
    ] = False,
    port: Annotated[
        int | None,
        typer.Option(metavar="PORT", min=1, max=65535, help="Where to ask, with --live."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say what stands: versions, guests, and the walls around them."""
    if live:
        from penstock_web.commands.live import ask

        end(ask, port, as_json=as_json)
    from penstock_web.commands.doctor import examine

    end(examine, probe=probe, as_json=as_json)


@app.command()
def welcome() -> None:
    """Choose an example and run it."""
    from penstock_web.commands.welcome import greet

    end(greet)


def fill_streams() -> None:
    """Put something in the place of standard streams that are closed.

    Otherwise the next file or socket that is opened gets the number of one of them, and what is
    meant for a person ends up there.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free
    sys.stdout = sys.stdout or open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = sys.stderr or open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115


def main() -> NoReturn:
    """Entry point."""
    fill_streams()
    # Start-up and large executions make many objects that stay: looking at them is 5 % of a start.
    gc.set_threshold(50_000, 20, 100)
    code = _end_of(sys.argv[1:])
    let_go()
    sys.exit(code)


def _end_of(words: list[str]) -> int | str | None:
    """Do what the words ask for; the exit code."""
    try:
        _refuse_bytes(words)
        app(words)
    except KeyboardInterrupt:
        return exit_codes.INTERRUPTED
    except SystemExit as ended:
        # What prints help ends by itself, with 1, where its reader went away.
        is_gone = isinstance(ended.__context__, BrokenPipeError)
        return exit_codes.PIPE_CLOSED if is_gone else ended.code
    except CommandRefused as error:
        return tell(error, as_json="--json" in words)
    except OSError as error:  # what is printed before a command begins: help, the version
        message = f"The output cannot be written: {error.strerror}."
        return tell(CommandRefused(message), as_json=False)
    return exit_codes.OK


def _refuse_bytes(words: list[str]) -> None:
    """Refuse what is no text: neither a terminal nor JSON could show it.

    Raises:
        CommandRefused: One of the words is no UTF-8.
    """
    for number, word in enumerate(words, start=1):
        try:
            word.encode()
        except UnicodeEncodeError as error:
            message = f"Argument {number} is not UTF-8: {word!a}."
            raise CommandRefused(message, hint="Give files names that are UTF-8.") from error

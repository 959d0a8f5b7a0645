"""The command line: the place that wires. Commands import what they need when they are called."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from penstock_sdk import PenstockError
from penstock_web import exit_codes

app = typer.Typer(
    name="penstock",
    help="Workflow automation: every node a plugin, untrusted code in a sandbox.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
Packages = Annotated[
    list[Path],
    typer.Option("--package", help="Load a sandboxed package from this folder.", exists=True),
]
WorkflowFile = Annotated[Path, typer.Argument(help="A workflow file; - reads standard input.")]


@app.command()
def run(
    file: WorkflowFile,
    *,
    items: Annotated[
        str, typer.Option("--input", help="JSON file with items for the start node; - for stdin.")
    ] = "",
    to: Annotated[str, typer.Option(help="Run only what this node needs, and the node.")] = "",
    start: Annotated[str, typer.Option(help="The node to start at.")] = "",
    variables: Annotated[
        list[str], typer.Option("--var", help="NAME=VALUE, read as $vars.NAME.")
    ] = [],  # noqa: B006  # typer copies it
    packages: Packages = [],  # noqa: B006  # typer copies it
    watch: Annotated[bool, typer.Option(help="Run again whenever the file changes.")] = False,
    as_json: AsJson = False,
) -> None:
    """Run a workflow file and show each step."""
    from penstock_web.commands.run import Asked, run_file

    asked = Asked(
        file=file, items=items, to=to, start=start, variables=variables, packages=packages
    )
    raise typer.Exit(run_file(asked, watch=watch, as_json=as_json))


@app.command()
def validate(
    files: Annotated[list[Path], typer.Argument(help="Workflow files.")],
    packages: Packages = [],  # noqa: B006  # typer copies it
    as_json: AsJson = False,
) -> None:
    """Check workflow files; every finding at once, each with what to do."""
    from penstock_web.commands.documents import validate_files

    raise typer.Exit(validate_files(files, packages, as_json=as_json))


@app.command()
def diff(before: WorkflowFile, after: WorkflowFile, as_json: AsJson = False) -> None:
    """Compare two workflow files by what they mean, not by their text."""
    from penstock_web.commands.documents import diff_files

    raise typer.Exit(diff_files(before, after, as_json=as_json))


@app.command()
def nodes(
    name: Annotated[str, typer.Argument(help="A node type, or a part of its name.")] = "",
    packages: Packages = [],  # noqa: B006  # typer copies it
    as_json: AsJson = False,
) -> None:
    """List the node types, or show one with its parameters and ports."""
    from penstock_web.commands.catalogue import show_nodes

    raise typer.Exit(show_nodes(name, packages, as_json=as_json))


@app.command()
def plugins(
    packages: Packages = [],  # noqa: B006  # typer copies it
    as_json: AsJson = False,
) -> None:
    """List the packages that were loaded, and why others were not."""
    from penstock_web.commands.catalogue import show_plugins

    raise typer.Exit(show_plugins(packages, as_json=as_json))


@app.command()
def bench(
    names: Annotated[
        list[str], typer.Argument(help="Groups: guests, executions, start. All when left out.")
    ] = [],  # noqa: B006  # typer copies it
    as_json: AsJson = False,
) -> None:
    """Measure what is promised, on this machine."""
    from penstock_web.bench.suite import run_bench

    raise typer.Exit(run_bench(names, as_json=as_json))


@app.command()
def doctor(
    probe: Annotated[bool, typer.Option(help="Try to break out of a runner, natively.")] = False,
    as_json: AsJson = False,
) -> None:
    """Say what stands: versions, guests, and the walls around them."""
    from penstock_web.commands.doctor import examine

    raise typer.Exit(examine(probe=probe, as_json=as_json))


@app.command()
def welcome() -> None:
    """Choose an example and run it."""
    from penstock_web.commands.welcome import greet

    raise typer.Exit(greet())


def main() -> NoReturn:
    """Entry point: errors that are ours end as a sentence, never as a traceback."""
    try:
        app(standalone_mode=True)
    except PenstockError as error:
        typer.echo(f"{error.code}: {error.message}", err=True)
        if error.hint:
            typer.echo(f"  {error.hint}", err=True)
        sys.exit(exit_codes.USAGE)
    except KeyboardInterrupt:
        sys.exit(exit_codes.INTERRUPTED)
    sys.exit(exit_codes.OK)

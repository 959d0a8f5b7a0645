"""The commands about the settings."""

from __future__ import annotations

from typing import Annotated

import typer

from penstock_web.cli_parts import AsJson, end

_config = typer.Typer(no_args_is_help=True, help="The settings, as they are in effect.")


def add_config_commands(app: typer.Typer) -> None:
    """Let the program have these commands."""
    app.add_typer(_config, name="config")


@_config.command("show")
def show_config(
    *,
    origin: Annotated[
        bool, typer.Option("--origin", help="Say where each comes from; only what was set.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show every setting; secrets are masked."""
    from penstock_web.commands.config import show  # noqa: PLC0415 - see `cli.py`

    end(show, origin=origin, as_json=as_json)

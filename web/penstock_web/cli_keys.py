"""The commands about credentials, and about the keys that they are sealed with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from penstock_web.cli_parts import AsJson, end

CredentialId = Annotated[str, typer.Argument(metavar="CREDENTIAL", help="Id of a credential.")]

_credentials = typer.Typer(no_args_is_help=True, help="Credentials; what is secret is not shown.")
_keys = typer.Typer(no_args_is_help=True, help="The keys that everything secret is sealed with.")


def add_key_commands(app: typer.Typer) -> None:
    """Let the program have these commands."""
    app.add_typer(_credentials, name="credentials")
    app.add_typer(_keys, name="keys")


@_credentials.command("list")
def list_credentials(
    *,
    overdue: Annotated[
        bool, typer.Option("--overdue", help="Only those that are to be changed by now.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List credentials by name, with when they were used and are to be changed."""
    from penstock_web.commands.credentials import list_

    end(list_, overdue=overdue, as_json=as_json)


@_credentials.command("types")
def list_types(as_json: AsJson = False) -> None:
    """List the types of credentials, with their fields."""
    from penstock_web.commands.credentials import types

    end(types, as_json=as_json)


@_credentials.command("show")
def show_credential(credential: CredentialId, as_json: AsJson = False) -> None:
    """Show a credential, and the nodes that may use it."""
    from penstock_web.commands.credentials import show

    end(show, credential, as_json=as_json)


@_credentials.command("add")
def add_credential(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="A type, as `types` lists it.")],
    *,
    name: Annotated[str, typer.Option("--name", help="What people see; by default the id.")] = "",
    named: Annotated[
        str, typer.Option("--as", metavar="ID", help="The id, which workflows name.")
    ] = "",
    fields: Annotated[
        list[str],
        typer.Option("--field", metavar="NAME=VALUE", help="A field that is no secret."),
    ] = [],  # noqa: B006  # typer copies it
    references: Annotated[
        list[str],
        typer.Option(
            "--reference", metavar="NAME=PLACE", help="A secret kept elsewhere: vault:path#field."
        ),
    ] = [],  # noqa: B006  # typer copies it
    file: Annotated[
        str,
        typer.Option(
            "--fields",
            metavar="FILE",
            help="A JSON object with fields; - for stdin. Secrets that are missing are asked for.",
        ),
    ] = "",
    hosts: Annotated[
        list[str],
        typer.Option("--host", metavar="ORIGIN", help="Where it may be sent: https://…"),
    ] = [],  # noqa: B006  # typer copies it
    rotate_days: Annotated[
        int | None,
        typer.Option("--rotate-days", min=1, help="After how many days it is to be changed."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Keep a credential. Secrets come from a file, standard input or the terminal."""
    from penstock_web.commands.credentials import Asked, add

    asked = Asked(
        type=kind,
        name=name,
        id=named,
        fields=fields,
        references=references,
        file=file,
        hosts=hosts,
        rotate_days=rotate_days,
    )
    end(add, asked, as_json=as_json)


@_credentials.command("remove")
def remove_credential(credential: CredentialId, as_json: AsJson = False) -> None:
    """Forget a credential; nodes that use it fail from then on."""
    from penstock_web.commands.credentials import remove

    end(remove, credential, as_json=as_json)


@_credentials.command("test")
def check_credential(
    credential: CredentialId,
    *,
    url: Annotated[
        str, typer.Option("--url", help="What to ask, on one of its hosts.", metavar="URL")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Look whether a credential works, by one request."""
    from penstock_web.commands.credentials import check

    end(check, credential, url, as_json=as_json)


@_keys.command("status")
def keys_status(as_json: AsJson = False) -> None:
    """Show which keys there are, and whether a change of them has ended."""
    from penstock_web.commands.credentials import keys_status as act

    end(act, as_json=as_json)


@_keys.command("rotate")
def rotate_keys(
    *,
    new_key_file: Annotated[
        Path | None,
        typer.Option(
            "--new-key-file",
            metavar="FILE",
            help="64 hexadecimal digits to be the root key, where it is not in the data directory.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    drop_old: Annotated[
        bool,
        typer.Option("--drop-old", help="Let root keys other than the one in use open nothing."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Change the keys while work goes on; or end a change that was begun."""
    from penstock_web.commands.credentials import rotate

    end(rotate, new_key_file, drops=drop_old, as_json=as_json)

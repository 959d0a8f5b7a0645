"""`penstock credentials` and `penstock keys`: what is secret goes in and never comes out."""

from __future__ import annotations

import getpass
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import msgspec
from rich.table import Table

from penstock_kernel.kernel import Kernel
from penstock_kernel.store.sql.credentials import Listed
from penstock_kernel.work.credentials_desk import open_desk
from penstock_kernel.work.credentials_rotation import KeysStatus, Rotation
from penstock_kernel.work.credentials_types import Given, TypeShown
from penstock_web import exit_codes
from penstock_web.commands.stored import SCOPE, moment, with_kernel
from penstock_web.commands.terminal import print_json, print_rich, print_text, shown
from penstock_web.errors import CommandRefused

_KEY_DIGITS = 64
_ID = re.compile("[A-Za-z0-9_-]{1,64}")


class Asked(msgspec.Struct, kw_only=True):
    """A credential as it was asked for."""

    type: str
    name: str
    id: str
    fields: Sequence[str]
    references: Sequence[str]
    file: str
    hosts: Sequence[str]
    rotate_days: int | None


def list_(*, overdue: bool, as_json: bool) -> int:
    """The credentials, by name."""
    found = with_kernel(lambda kernel: open_desk(kernel).kept.list(SCOPE, overdue=overdue))
    if as_json:
        print_json(found)
        return exit_codes.OK
    if not found:
        print_text("There is no credential that is overdue." if overdue else "No credentials.")
        return exit_codes.OK
    table = Table("id", "name", "type", "hosts", "used", "due", box=None, pad_edge=False)
    for one in found:
        hosts = ", ".join(one.hosts)
        used, due = moment(one.used_ms), moment(one.due_ms)
        table.add_row(shown(one.id), shown(one.name), shown(one.type), shown(hosts), used, due)
    print_rich(table)
    return exit_codes.OK


def types(*, as_json: bool) -> int:
    """The types, with their fields."""

    async def ask(kernel: Kernel) -> Sequence[TypeShown]:
        return open_desk(kernel).kept.types.shown()

    found = with_kernel(ask)
    if as_json:
        print_json(found)
        return exit_codes.OK
    table = Table("type", "title", "fields", box=None, pad_edge=False)
    for one in found:
        table.add_row(shown(one.type), shown(one.title), shown(", ".join(_fields(one))))
    print_rich(table)
    return exit_codes.OK


def show(credential: str, *, as_json: bool) -> int:
    """One credential, and the nodes that may use it."""

    async def ask(kernel: Kernel) -> tuple[Listed, Sequence[Any]]:
        kept = open_desk(kernel).kept
        return await kept.get(SCOPE, credential), await kept.usage(SCOPE, credential)

    found, usage = with_kernel(ask)
    if as_json:
        print_json({"credential": found, "usage": usage})
        return exit_codes.OK
    print_rich(f"[bold]{shown(found.name)}[/]  {shown(found.id)}  {shown(found.type)}")
    lines = {
        "hosts": ", ".join(found.hosts),
        **{name: str(value) for name, value in found.public.items()},
        "secret": ", ".join(found.filled),
        "used": moment(found.used_ms),
        "due": moment(found.due_ms),
        "tested": f"{moment(found.tested_ms)} {found.test_error or ''}".strip(),
    }
    for name, text in lines.items():
        print_text(f"{name:10} {text}".rstrip())
    for one in usage:
        print_text(
            f"{'used by':10} {one.workflow_name or one.workflow_id} {one.node_id} {one.slot}"
        )
    return exit_codes.OK


def add(asked: Asked, *, as_json: bool) -> int:
    """Keep a credential."""
    if asked.id and _ID.fullmatch(asked.id) is None:
        message = f"The id {asked.id!r} cannot be: it has letters, digits, `_` and `-`, up to 64."
        raise CommandRefused(message, hint="As in --as cr_acme; --name takes any text.")

    async def do(kernel: Kernel) -> Listed:
        kept = open_desk(kernel).kept
        references = _pairs(asked.references, "--reference")
        written = _pairs(asked.fields, "--field")
        kind = {one.type: one for one in kept.types.shown()}.get(asked.type)
        if kind is not None:
            _refuse_secrets(kind, written)
        fields = {**_read(asked.file), **written}
        if kind is not None:
            fields = _typed(kind, fields) | _prompted(kind, fields, references)
        given = Given(fields=fields, references=references, hosts=asked.hosts)
        return await kept.add(
            SCOPE,
            asked.name or asked.id or asked.type,
            asked.type,
            given,
            rotate_days=asked.rotate_days,
            credential=asked.id,
        )

    added = with_kernel(do)
    if as_json:
        print_json(added)
    else:
        print_text(f"{added.id}: {added.name}")
    return exit_codes.OK


def remove(credential: str, *, as_json: bool) -> int:
    """Forget a credential."""
    with_kernel(lambda kernel: open_desk(kernel).kept.remove(SCOPE, credential))
    if as_json:
        print_json({"removed": credential})
    else:
        print_text(f"{credential} is gone.")
    return exit_codes.OK


def check(credential: str, url: str, *, as_json: bool) -> int:
    """Look whether a credential works."""
    found = with_kernel(lambda kernel: open_desk(kernel).kept.test(SCOPE, credential, url))
    if as_json:
        print_json(found)
    else:
        print_text(f"{credential}: {found.test_error or 'it works'}")
    return exit_codes.OK if found.test_error is None else exit_codes.FAILED


def keys_status(*, as_json: bool) -> int:
    """How the keys stand."""
    _told(with_kernel(lambda kernel: open_desk(kernel).keys.status()), as_json=as_json)
    return exit_codes.OK


def rotate(new_key_file: Path | None, *, drops: bool, as_json: bool) -> int:
    """Change the keys, or end a change that was begun."""
    new = None if new_key_file is None else _key(new_key_file)

    async def do(kernel: Kernel) -> KeysStatus:
        rotation = open_desk(kernel).keys
        if drops:
            await rotation.drop_others()
        elif new is not None:
            await rotation.add_root(new)
            await rotation.change_master(also=new)
            await rotation.settle()
            await rotation.wrap_anew()
        else:
            await _rotate(rotation)
        return await rotation.status()

    status = with_kernel(do)
    _told(status, as_json=as_json)
    if new is not None and not as_json:
        print_text("Give all processes the new key, start them again, then use --drop-old.")
    return exit_codes.OK


async def _rotate(rotation: Rotation) -> None:
    """Change the root key and the master key; or end the change of them that was begun."""
    begun = await rotation.status()
    if not begun.unfinished:
        await rotation.change_root()
        await rotation.change_master()
        await rotation.settle()
    elif begun.pending:
        await rotation.change_root()
    elif len(begun.roots) > 1:
        await rotation.drop_others()
    await rotation.wrap_anew()


def _told(status: KeysStatus, *, as_json: bool) -> None:
    if as_json:
        print_json(status)
        return
    print_text(f"root key    {status.root}")
    for other in status.roots:
        if other != status.root:
            print_text(f"            {other} opens everything too")
    print_text(f"master key  generation {status.generation}")
    for table, count in status.older.items():
        if count:
            print_text(f"            {count:,} values of {table} are not wrapped with it yet")
    if status.unfinished:
        print_text("A change was begun and has not ended: penstock keys rotate")


def _fields(kind: TypeShown) -> list[str]:
    known: Mapping[str, Any] = kind.schema.get("properties", {})
    required = kind.schema.get("required", [])
    return [name if name in required else f"[{name}]" for name in known]


def _pairs(given: Sequence[str], option: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not name:
            message = f"{option} is NAME=VALUE, and one of them is not."
            raise CommandRefused(message, hint=f"e.g. {option} user=ada")
        found[name] = value
    return found


def _read(file: str) -> dict[str, Any]:
    if not file:
        return {}
    try:
        text = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        found: Any = msgspec.json.decode(text)
    except (OSError, msgspec.DecodeError) as error:
        # Without the cause, which may repeat what is in it.
        message = f"The fields cannot be read from {file}: {type(error).__name__}."
        raise CommandRefused(message, hint="A JSON object is expected.") from None
    if not isinstance(found, dict):
        raise CommandRefused(f"{file} holds no JSON object.", hint='e.g. {"token": "…"}')
    return cast("dict[str, Any]", found)


def _typed(kind: TypeShown, fields: Mapping[str, Any]) -> dict[str, Any]:
    """What was written on the command line, where the schema wants a number."""
    known: Mapping[str, Any] = kind.schema.get("properties", {})

    def value(name: str, given: Any) -> Any:
        is_number = known.get(name, {}).get("type") == "integer"
        return int(given) if is_number and isinstance(given, str) and given.isdigit() else given

    return {name: value(name, given) for name, given in fields.items()}


def _refuse_secrets(kind: TypeShown, written: Mapping[str, Any]) -> None:
    """Refuse a secret that was written on the command line, where others can read it.

    Raises:
        CommandRefused: One of the fields is secret.
    """
    known: Mapping[str, Any] = kind.schema.get("properties", {})
    for name in written:
        if known.get(name, {}).get("writeOnly"):
            message = f"The field {name!r} is secret, and a command line can be read by others."
            hint = "Give it with --fields FILE or with --reference, or be asked in a terminal."
            raise CommandRefused(message, hint=hint)


def _prompted(
    kind: TypeShown, fields: Mapping[str, Any], references: Mapping[str, Any]
) -> dict[str, Any]:
    """Secrets that are needed and were not given, from the terminal."""
    if not sys.stdin.isatty():
        return {}
    known: Mapping[str, Any] = kind.schema.get("properties", {})
    missing = [
        name
        for name in kind.schema.get("required", [])
        if known.get(name, {}).get("writeOnly") and name not in fields and name not in references
    ]
    return {name: getpass.getpass(f"{known[name].get('title', name)}: ") for name in missing}


def _key(file: Path) -> bytes:
    try:
        text = file.read_text("ascii").strip()
        key = bytes.fromhex(text) if len(text) == _KEY_DIGITS else b""
    except (OSError, ValueError):
        key = b""
    if not key:
        message = f"{file} does not hold {_KEY_DIGITS} hexadecimal digits."
        raise CommandRefused(message, hint="Make one: openssl rand -hex 32")
    return key

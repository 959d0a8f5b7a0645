"""`penstock validate` and `penstock diff`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec
import typer

from penstock_kernel.diff import diff, diff_text
from penstock_kernel.document import Document, parse
from penstock_kernel.findings import DocumentInvalid, Finding
from penstock_kernel.loader import load_plugins
from penstock_kernel.validate import validate
from penstock_web import exit_codes


def read_document(path: Path) -> Document:
    """Read a workflow file, or standard input.

    Raises:
        DocumentInvalid: It is no workflow, with every finding.
        typer.BadParameter: It cannot be read.
    """
    try:
        data = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror}."
        raise typer.BadParameter(message) from error
    return parse(data)


def validate_files(files: Sequence[Path], packages: Sequence[Path], *, as_json: bool) -> int:
    """Check files and print the findings of each."""
    plugins = load_plugins(folders=packages)
    found: dict[str, list[Finding]] = {}
    for path in files:
        try:
            found[str(path)] = validate(read_document(path), plugins)
        except DocumentInvalid as error:
            found[str(path)] = list(error.findings)
    if as_json:
        print_json(found)
    else:
        for name, findings in found.items():
            print_findings(name, findings)
    bad = any(finding.level == "error" for findings in found.values() for finding in findings)
    return exit_codes.USAGE if bad else exit_codes.OK


def print_findings(name: str, findings: Sequence[Finding]) -> None:
    """One block per file."""
    if not findings:
        typer.echo(f"{name}: good")
        return
    typer.echo(f"{name}: {len(findings)} finding{'s' if len(findings) > 1 else ''}")
    for finding in findings:
        mark = "warning: " if finding.level == "warning" else ""
        typer.echo(f"  {mark}{finding}")


def diff_files(before: Path, after: Path, *, as_json: bool) -> int:
    """Compare two files; ends with 1 where they differ."""
    old, new = read_document(before), read_document(after)
    changes = diff(old, new)
    if as_json:
        print_json(changes)
    else:
        typer.echo(diff_text(changes, old, new))
    return exit_codes.FAILED if changes else exit_codes.OK


def print_json(value: object) -> None:
    """JSON for programs, indented for people who look."""
    typer.echo(msgspec.json.format(msgspec.json.encode(value)).decode())

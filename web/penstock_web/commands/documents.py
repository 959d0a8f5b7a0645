"""`penstock validate` and `penstock diff`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from penstock_kernel.packages.loader import Plugins
from penstock_kernel.workflow.diff import diff, diff_text
from penstock_kernel.workflow.findings import DocumentInvalid, Finding
from penstock_kernel.workflow.validate import validate
from penstock_web import exit_codes
from penstock_web.commands.assembly import chosen_settings, known_plugins, tell_rejected
from penstock_web.commands.reading import read_document
from penstock_web.commands.terminal import print_json, print_text
from penstock_web.errors import CommandRefused


def validate_files(files: Sequence[Path], packages: Sequence[Path], *, as_json: bool) -> int:
    """Check files and print the findings of each."""
    plugins = known_plugins(chosen_settings(), packages)
    tell_rejected(plugins, packages)
    found = {str(path): _findings(path, plugins) for path in files}
    if as_json:
        print_json(found)
    else:
        for name, findings in found.items():
            print_text("\n".join(finding_lines(name, findings)))
    bad = any(finding.level == "error" for findings in found.values() for finding in findings)
    return exit_codes.USAGE if bad else exit_codes.OK


def _findings(path: Path, plugins: Plugins) -> list[Finding]:
    try:
        return validate(read_document(path), plugins)
    except DocumentInvalid as error:
        return list(error.findings)
    except CommandRefused as error:
        # One file that is not there keeps no other from being checked.
        return [Finding(code=error.code, message=error.message.rstrip("."), fix=error.hint)]


def finding_lines(name: str, findings: Sequence[Finding]) -> list[str]:
    """One block per file."""
    if not findings:
        return [f"{name}: good"]
    marks = {"warning": "warning: ", "error": ""}
    return [
        f"{name}: {len(findings)} finding{'s' if len(findings) > 1 else ''}",
        *(f"  {marks[finding.level]}{finding}" for finding in findings),
    ]


def diff_files(before: Path, after: Path, *, as_json: bool) -> int:
    """Compare two files; ends with 1 where they differ."""
    if str(before) == str(after) == "-":
        message = "Only one of the two can come from standard input."
        raise CommandRefused(message, hint="Save the other one to a file.")
    old, new = read_document(before), read_document(after)
    changes = diff(old, new)
    if as_json:
        print_json(changes)
    else:
        print_text(diff_text(changes, old, new))
    return exit_codes.FAILED if changes else exit_codes.OK

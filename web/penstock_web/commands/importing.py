"""`penstock import`: files of another product as workflows.

The rules:

* One broken file never stops the others.
* JSON of something else that a folder holds is passed over and counted; a file that is no JSON, or
  that a person named, is a failure where the importer does not know it.
* Files are written under names made of the workflows' names, and replace nothing unless told to.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from penstock_kernel.packages.loader import Plugins
from penstock_kernel.workflow.document import canonical
from penstock_kernel.workflow.limits import MAX_BYTES
from penstock_sdk import PenstockError
from penstock_sdk.importing import Imported, Importer
from penstock_web import exit_codes
from penstock_web.commands.assembly import chosen_settings, known_plugins
from penstock_web.commands.import_report import (
    Failure,
    Outcome,
    Tally,
    coverage_lines,
    outcome_of,
    types_missing,
    verdict_lines,
)
from penstock_web.commands.reading import STDIN, read
from penstock_web.commands.terminal import errors, print_json, print_text, shown, warn
from penstock_web.errors import CommandRefused

_MAX_FILE_BYTES = 5 * MAX_BYTES  # an export of everything holds many workflows
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9._-]+")
_MAX_NAME = 80
_SUFFIX = ".workflow.json"
_PROGRESS_S = 1.0


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What the command line asked for."""

    importer: str
    files: Sequence[Path]
    output: Path | None = None
    force: bool = False
    report: bool = False


class _Source(msgspec.Struct, frozen=True, kw_only=True):
    """One file to import."""

    name: str
    #: A person named it; otherwise a folder holds it.
    named: bool


def import_files(asked: Asked, *, as_json: bool) -> int:
    """Convert files; print or write the workflows, or report on them.

    Raises:
        CommandRefused: There is no such importer, the one file cannot be imported, or there are
            many workflows and no folder to write them to.
        PenstockError: The importer cannot convert the one file.
    """
    plugins = known_plugins(chosen_settings(), ())
    importer = _importer(plugins, asked.importer)
    sources = list(_sources(asked.files))
    work = _Work(asked, importer, plugins, keep=as_json or not (asked.report or asked.output))
    if len(sources) == 1 and sources[0].named:
        work.take(sources[0])  # its error is the command's
    else:
        work.take_all(sources)
    return work.finish(as_json=as_json)


class _Work:
    """What has been imported so far."""

    def __init__(self, asked: Asked, importer: Importer, plugins: Plugins, *, keep: bool) -> None:
        self.asked = asked
        self.importer = importer
        self.plugins = plugins
        self.keep = keep
        self.tally = Tally()
        self.outcomes: list[Outcome] = []
        self.failures: list[Failure] = []
        self._written: set[str] = set()

    def take_all(self, sources: Sequence[_Source]) -> None:
        """Import each; tell how far it is where that takes long."""
        told = time.monotonic()
        for index, source in enumerate(sources):
            try:
                self.take(source)
            except PenstockError as error:
                self._fail(source.name, error)
            if time.monotonic() - told > _PROGRESS_S:
                told = time.monotonic()
                errors().print(f"{index + 1:,} of {len(sources):,} files", style="dim")

    def take(self, source: _Source) -> None:
        """Import one file.

        Raises:
            PenstockError: It cannot be imported.
        """
        data = _data(read(source.name, limit=_MAX_FILE_BYTES + 1), source.name)
        if not self.importer.matches(data):
            if not source.named and not isinstance(data, str):
                self.tally.passed_over += 1
                return
            message = f"{source.name} is nothing that the importer {self.importer.name!r} knows."
            raise CommandRefused(message, hint="Choose another importer, or check the file.")
        found = _converted(self.importer, data, source.name)
        self.tally.files += 1
        for imported in found:
            self._add(source.name, imported)

    def finish(self, *, as_json: bool) -> int:
        """Print what was asked for."""
        if as_json:
            print_json(self._told())
        elif self.asked.report:
            self._print_report()
        elif not self.asked.output:
            self._print_document()
        if not as_json:
            warn([_failed(failure) for failure in self.failures])
        return exit_codes.USAGE if self.failures else exit_codes.OK

    def _add(self, file: str, imported: Imported) -> None:
        outcome = outcome_of(file, imported, self.plugins)
        self.tally.add(outcome, types_missing(imported))
        if self.asked.output:
            self._write(self.asked.output, outcome)
        if not self.keep or self.asked.output or self.asked.report:
            # Thousands of documents would fill the memory, and nobody reads them from there.
            outcome = msgspec.structs.replace(outcome, document=None)
        self.outcomes.append(outcome)

    def _fail(self, file: str, error: PenstockError) -> None:
        self.failures.append(Failure(file=file, message=error.message, hint=error.hint or ""))
        self.tally.files += 1
        self.tally.failed += 1

    def _write(self, folder: Path, outcome: Outcome) -> None:
        if outcome.document is None:
            findings = "; ".join(map(str, outcome.findings[:3]))
            self.failures.append(Failure(file=outcome.file, message=findings))
            return
        path = folder / self._file_name(outcome.name)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with path.open("w" if self.asked.force else "x", encoding="utf-8") as file:
                file.write(canonical(outcome.document))
        except FileExistsError:
            message = f"{path} is there already."
            self.failures.append(Failure(file=outcome.file, message=message, hint="Use --force."))
        except OSError as error:
            message = f"{path} cannot be written: {error.strerror}."
            raise CommandRefused(message, hint="Choose another folder.") from error

    def _file_name(self, name: str) -> str:
        stem = _NOT_IN_NAMES.sub("-", name).strip("-.")[:_MAX_NAME].lower() or "workflow"
        chosen, number = stem, 1
        while chosen in self._written:
            number += 1
            chosen = f"{stem}-{number}"
        self._written.add(chosen)
        return f"{chosen}{_SUFFIX}"

    def _print_document(self) -> None:
        if len(self.outcomes) != 1:
            message = f"There are {len(self.outcomes)} workflows; only one can be printed."
            raise CommandRefused(message, hint="Write them to a folder with --output DIR.")
        outcome = self.outcomes[0]
        if outcome.document is None:
            message = f"What was imported is no valid workflow: {outcome.findings[0]}"
            raise CommandRefused(message, hint="Report it to the author of the importer.")
        print_text(canonical(outcome.document).rstrip("\n"))
        if outcome.remarks:
            errors().print("\n".join(map(shown, verdict_lines(outcome))))

    def _print_report(self) -> None:
        for outcome in self.outcomes:
            print_text("\n".join(verdict_lines(outcome)))
        if len(self.outcomes) != 1:
            print_text("\n".join(["", *coverage_lines(self.tally.coverage())]))

    def _told(self) -> dict[str, Any]:
        return {
            "coverage": self.tally.coverage(),
            "workflows": self.outcomes,
            "failures": self.failures,
        }


def _failed(failure: Failure) -> str:
    return f"{failure.file}: {failure.message} {failure.hint}".rstrip()


def _importer(plugins: Plugins, name: str) -> Importer:
    importers: dict[str, Importer] = {
        importer.name: importer for _, importer in plugins.collect("register_importers")
    }
    if name not in importers:
        known = ", ".join(sorted(importers)) or "none"
        message = f"No package brings an importer called {name!r}."
        raise CommandRefused(message, hint=f"There are: {known}.")
    return importers[name]


def _sources(files: Sequence[Path]) -> Iterator[_Source]:
    for path in files:
        if str(path) == STDIN or not path.is_dir():
            yield _Source(name=str(path), named=True)
        else:
            found = sorted(inner for inner in path.rglob("*.json") if inner.is_file())
            yield from (_Source(name=str(inner), named=False) for inner in found)


def _converted(importer: Importer, data: Any, name: str) -> Sequence[Imported]:
    try:
        return importer.convert(data)
    except PenstockError:
        raise
    except Exception as error:
        # An importer is a stranger's code; a file that breaks it leaves the others alone.
        message = f"{name} broke the importer {importer.name!r}: {type(error).__name__}: {error}"
        raise CommandRefused(message, hint="Report it to the author of the importer.") from error


def _data(content: bytes, name: str) -> Any:
    """The JSON value of a file, or its text where it holds none."""
    if len(content) > _MAX_FILE_BYTES:
        message = f"{name} is larger than {_MAX_FILE_BYTES >> 20} MB."
        raise CommandRefused(message, hint="Import the workflows one by one.")
    try:
        return msgspec.json.decode(content.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return content.decode(errors="replace")

"""Tables as CSV: read in and written out, a piece at a time.

The rules:

* Everything is read through once before the first row is added, so that nothing is added of a file
  in which something is wrong, unless lines that are wrong are to be left out.
* Rows are added in pieces; others work in between.
* Each mistake is told with the number of its line.
"""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from itertools import islice
from typing import IO, Any, ClassVar, Literal

import msgspec

from penstock_kernel.execution.policy import Clock
from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sql import data_tables, data_tables_rows
from penstock_kernel.store.sql.data_tables import ColumnGiven, DataTable, TableChange
from penstock_kernel.store.sql.data_tables_cells import (
    CellInvalid,
    Column,
    cell_of_text,
    text_of,
)
from penstock_kernel.store.sql.data_tables_rows import (
    RowPage,
    TableRow,
    Wanted,
    check_room,
    content_of,
)
from penstock_kernel.store.sql.database import Database, Query
from penstock_sdk import PenstockError

AT_ONCE = 1_000
MOST_MISTAKES = 100
#: What a spreadsheet takes for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class CsvMistake(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong with a line."""

    #: The first one is 1; a row may take several.
    line: int
    column: str = ""
    message: str


class CsvInvalid(PenstockError):
    """A file cannot be read as the rows of a table.

    Attributes:
        findings: What is wrong, the first of it.
    """

    code: ClassVar[str] = "table.csv_invalid"

    def __init__(self, findings: Sequence[CsvMistake], *, wrong: int) -> None:
        first = f"line {findings[0].line}: {findings[0].message}" if findings else "it is empty"
        super().__init__(
            f"Nothing was added: {wrong} lines are wrong. The first is {first}",
            hint="Correct them, or leave them out with `skip_wrong`.",
        )
        self.findings = tuple(findings)
        self.wrong = wrong

    def __reduce__(self) -> tuple[Any, ...]:
        return _csv_invalid, (self.findings, self.wrong)


def _csv_invalid(findings: Sequence[CsvMistake], wrong: int) -> CsvInvalid:
    return CsvInvalid(findings, wrong=wrong)


class CsvForm(msgspec.Struct, frozen=True, kw_only=True):
    """How a file is to be read or written."""

    delimiter: Literal[",", ";", "\t", "|"] = ","
    #: Add columns of text for those that the table does not have.
    add_columns: bool = False
    #: Add what is right, and tell what is not.
    skip_wrong: bool = False
    #: Mark what a spreadsheet would take for a formula.
    for_spreadsheets: bool = False


class CsvDone(msgspec.Struct, frozen=True, kw_only=True):
    """What came of reading a file in."""

    added: int
    wrong: int
    mistakes: Sequence[CsvMistake] = ()
    added_columns: Sequence[str] = ()


class Survey(msgspec.Struct, kw_only=True):
    """What was found when a file was read through."""

    right: int = 0
    wrong: int = 0
    mistakes: list[CsvMistake] = []

    def note(self, mistake: CsvMistake) -> None:
        """One more."""
        self.wrong += 1
        if len(self.mistakes) < MOST_MISTAKES:
            self.mistakes.append(mistake)


class TableFiles:
    """Reads tables of one database in and writes them out."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def read_in(self, scope: Scope, table: str, file: IO[bytes], form: CsvForm) -> CsvDone:
        """Add the rows of a file.

        Raises:
            TableMissing: There is no such table.
            TableFull: They would be too many; nothing was added.
            TableInvalid: A column cannot be called as the file calls it.
            CsvInvalid: Something is wrong with it; nothing was added.
        """
        known = await self._db.read(
            lambda one: data_tables.get(one, scope, table, grant="table:write")
        )
        new = await asyncio.to_thread(_new_columns, file, known, form)
        planned = _with_columns(known, new)
        survey = await asyncio.to_thread(_surveyed, file, planned, form)
        if survey.wrong and not (form.skip_wrong and survey.right):
            raise CsvInvalid(survey.mistakes, wrong=survey.wrong)
        check_room(planned, survey.right)
        if new:
            known = await self._widened(scope, known, new)
        await self._add(scope, known, file, form)
        return CsvDone(
            added=survey.right,
            wrong=survey.wrong,
            mistakes=survey.mistakes,
            added_columns=new,
        )

    async def written(self, scope: Scope, table: str, form: CsvForm) -> AsyncIterator[bytes]:
        """The rows of a table, a piece at a time; the first line names the columns.

        Raises:
            TableMissing: There is no such table.
        """
        known = await self._db.read(lambda one: data_tables.get(one, scope, table))
        yield _line([_safe(one.name, form) for one in known.columns], form)
        cursor: str | None = ""
        while cursor is not None:
            page = await self._db.read(_next_rows(scope, table, cursor))
            yield b"".join(_line(_texts(row, known, form), form) for row in page.rows)
            cursor = page.next

    async def _widened(self, scope: Scope, known: DataTable, new: Sequence[str]) -> DataTable:
        columns = [ColumnGiven(name=one.name, kind=one.kind, id=one.id) for one in known.columns]
        columns += [ColumnGiven(name=name) for name in new]
        change = TableChange(columns=columns)
        return await self._db.transact(lambda one: data_tables.change(one, scope, known.id, change))

    async def _add(self, scope: Scope, table: DataTable, file: IO[bytes], form: CsvForm) -> None:
        file.seek(0)
        pieces = _pieces(file, table, form)
        while piece := await asyncio.to_thread(next, pieces, None):
            await self._db.transact(_adding(scope, table.id, piece, self._clock.now_ms()))


def _next_rows(scope: Scope, table: str, cursor: str) -> Query[RowPage]:
    wanted = Wanted(most=AT_ONCE, cursor=cursor)
    return lambda one: data_tables_rows.find(one, scope, table, wanted)


def _adding(
    scope: Scope, table: str, rows: Sequence[Mapping[str, Any]], now_ms: int
) -> Query[object]:
    return lambda one: data_tables_rows.fill(one, scope, table, rows, now_ms)


def _texts(row: TableRow, table: DataTable, form: CsvForm) -> list[str]:
    return [_safe(text_of(one, row.cells.get(one.name)), form) for one in table.columns]


def _surveyed(file: IO[bytes], table: DataTable, form: CsvForm) -> Survey:
    survey = Survey()
    for found in _rows(file, table, form):
        if isinstance(found, CsvMistake):
            survey.note(found)
        else:
            survey.right += 1
    return survey


def _pieces(file: IO[bytes], table: DataTable, form: CsvForm) -> Iterator[list[dict[str, Any]]]:
    rows = (found for found in _rows(file, table, form) if not isinstance(found, CsvMistake))
    while piece := list(islice(rows, AT_ONCE)):
        yield piece


def _new_columns(file: IO[bytes], table: DataTable, form: CsvForm) -> list[str]:
    """The columns of a file that a table does not have, where they are to be added."""
    if not form.add_columns:
        return []
    names = {one.name for one in table.columns}
    try:
        header = next(_lines(file, form), None)
    except (UnicodeDecodeError, csv.Error):
        return []  # reading through will say what is wrong
    return [] if header is None else [name for name in _header(header[1]) if name not in names]


def _with_columns(table: DataTable, new: Sequence[str]) -> DataTable:
    more = [Column(id=f"new_{number}", name=name, kind="text") for number, name in enumerate(new)]
    return msgspec.structs.replace(table, columns=[*table.columns, *more])


def _rows(
    file: IO[bytes], table: DataTable, form: CsvForm
) -> Iterator[dict[str, Any] | CsvMistake]:
    """The rows of a file, and what is wrong in the places of others."""
    lines = _lines(file, form)
    line = 1
    try:
        header = next(lines, None)
        if header is None:
            yield CsvMistake(line=1, message="There is no line with the names of the columns.")
            return
        columns = _columns(_header(header[1]), table)
        if isinstance(columns, CsvMistake):
            yield columns
            return
        for line, texts in lines:
            yield _row(line, texts, columns, table)
    except UnicodeDecodeError:
        yield CsvMistake(line=line + 1, message="The file is not UTF-8 from about here on.")
    except csv.Error as error:
        yield CsvMistake(line=line + 1, message=f"This is no CSV: {error}.")


def _lines(file: IO[bytes], form: CsvForm) -> Iterator[tuple[int, list[str]]]:
    file.seek(0)
    text = io.TextIOWrapper(file, "utf-8-sig", newline="")
    reader = csv.reader(text, delimiter=form.delimiter, strict=True)
    try:
        for texts in reader:
            if texts:
                yield reader.line_num, texts
    finally:
        text.detach()  # the file stays open


def _header(texts: Sequence[str]) -> list[str]:
    return [text.strip() for text in texts]


def _columns(names: Sequence[str], table: DataTable) -> list[Column] | CsvMistake:
    known = {one.name: one for one in table.columns}
    strange = [name for name in names if name not in known]
    if strange:
        message = f"The table has no column {strange[0][:80]!r}."
        return CsvMistake(line=1, column=strange[0][:80], message=message)
    if len(set(names)) < len(names):
        return CsvMistake(line=1, message="A column stands there twice.")
    return [known[name] for name in names]


def _row(
    line: int, texts: Sequence[str], columns: Sequence[Column], table: DataTable
) -> dict[str, Any] | CsvMistake:
    if len(texts) != len(columns):
        message = f"There are {len(texts)} values for {len(columns)} columns."
        return CsvMistake(line=line, message=message)
    try:
        pairs = zip(columns, texts, strict=True)
        row = {one.name: cell_of_text(one, text) for one, text in pairs}
        content_of(table, row)
    except CellInvalid as error:
        return CsvMistake(line=line, column=error.field, message=error.message)
    return row


def _safe(text: str, form: CsvForm) -> str:
    if form.for_spreadsheets and text.startswith(_FORMULA):
        return f"'{text}"
    return text


def _line(texts: Sequence[str], form: CsvForm) -> bytes:
    written = io.StringIO()
    csv.writer(written, delimiter=form.delimiter).writerow(texts)
    return written.getvalue().encode()

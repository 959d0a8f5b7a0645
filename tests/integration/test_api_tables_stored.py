"""Tables of data on each kind of database: cells, conditions, orders, pages, columns, limits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert
from tests.support.databases import KINDS, opened

from penstock_kernel.store.scope import AccessDenied, Scope
from penstock_kernel.store.sql import data_tables, data_tables_rows
from penstock_kernel.store.sql.data_tables import (
    MOST_COLUMNS,
    ColumnGiven,
    DataTable,
    TableChange,
    TableInvalid,
    TableMissing,
    TableTaken,
)
from penstock_kernel.store.sql.data_tables_cells import CellInvalid, Column, cell, cell_of_text
from penstock_kernel.store.sql.data_tables_rows import (
    MOST_ROWS,
    Condition,
    QueryInvalid,
    RowMissing,
    RowPage,
    TableFull,
    Wanted,
)
from penstock_kernel.store.sql.database import Database
from penstock_kernel.store.sql.tables import table_rows

SCOPE = Scope("w1", "ada")
COLUMNS = [
    ColumnGiven(name="name"),
    ColumnGiven(name="price", kind="number"),
    ColumnGiven(name="sold", kind="boolean"),
    ColumnGiven(name="on", kind="date"),
    ColumnGiven(name="more", kind="json"),
]
ROWS: list[dict[str, Any]] = [
    {"name": "apple", "price": 2, "sold": True, "on": "2026-03-01", "more": {"a": [1]}},
    {"name": "Pear", "price": 10.5, "sold": False, "on": "2026-02-01T12:00:00+02:00"},
    {"name": "äpfel", "price": -3, "on": None},
    {"name": "100%_real", "price": 2},
    {"sold": True},
]


@asynccontextmanager
async def filled(kind: str, folder: Path) -> AsyncIterator[tuple[Database, DataTable]]:
    async with opened(kind, folder) as db:
        table = await db.transact(lambda one: data_tables.add(one, SCOPE, "fruit", COLUMNS, 1))
        await db.transact(lambda one: data_tables_rows.add(one, SCOPE, table.id, ROWS, 1))
        yield db, table


async def page_of(db: Database, table: DataTable, wanted: Wanted) -> RowPage:
    return await db.read(lambda one: data_tables_rows.find(one, SCOPE, table.id, wanted))


async def found(db: Database, table: DataTable, **wanted: Any) -> list[Any]:
    page = await page_of(db, table, Wanted(**wanted))
    return [row.cells["name"] for row in page.rows]


@pytest.mark.parametrize("kind", KINDS)
async def test_rows_come_back_as_they_were_added(kind: str, tmp_path: Path) -> None:
    async with filled(kind, tmp_path) as (db, table):
        page = await db.read(lambda one: data_tables_rows.find(one, SCOPE, table.id, Wanted()))

    assert [dict(row.cells) for row in page.rows[:2]] == [
        ROWS[0],
        {**ROWS[1], "on": "2026-02-01T10:00:00.000Z", "more": None},
    ]
    assert [row.cells["price"] for row in page.rows] == [2, 10.5, -3, 2, None]
    assert page.next is None


CONDITIONS: list[tuple[str, Sequence[Condition], list[Any]]] = [
    ("equal-text", [Condition("name", "eq", "Pear")], ["Pear"]),
    ("equal-number", [Condition("price", "eq", "2.0")], ["apple", "100%_real"]),
    ("unequal-has-empty", [Condition("name", "ne", "apple")], ["Pear", "äpfel", "100%_real", None]),
    ("less", [Condition("price", "lt", "2")], ["äpfel"]),
    ("at-most", [Condition("price", "le", "2")], ["apple", "äpfel", "100%_real"]),
    ("numbers-are-no-texts", [Condition("price", "gt", "9")], ["Pear"]),
    ("at-least", [Condition("price", "ge", "10.5")], ["Pear"]),
    ("contains-whatever-case", [Condition("name", "contains", "PEA")], ["Pear"]),
    ("contains-signs", [Condition("name", "contains", "%_")], ["100%_real"]),
    ("empty", [Condition("name", "empty")], [None]),
    ("not-empty", [Condition("on", "empty", "false")], ["apple", "Pear"]),
    ("empty-json", [Condition("more", "empty", "false")], ["apple"]),
    ("boolean", [Condition("sold", "eq", "true")], ["apple", None]),
    ("boolean-no", [Condition("sold", "eq", "no")], ["Pear"]),
    ("date", [Condition("on", "lt", "2026-02-15")], ["Pear"]),
    ("moment", [Condition("on", "eq", "2026-02-01T11:00:00+01:00")], ["Pear"]),
    (
        "both",
        [Condition("price", "eq", "2"), Condition("sold", "eq", "true")],
        ["apple"],
    ),
    ("no-injection", [Condition("name", "eq", "' OR 1=1 --")], []),
]


@pytest.mark.parametrize("kind", KINDS)
async def test_conditions_find_the_same_rows_on_every_database(kind: str, tmp_path: Path) -> None:
    async with filled(kind, tmp_path) as (db, table):
        for name, conditions, expected in CONDITIONS:
            assert await found(db, table, conditions=conditions) == expected, name


ORDERS = [
    ("name", False, ["100%_real", "Pear", "apple", "äpfel", None]),
    ("name", True, ["äpfel", "apple", "Pear", "100%_real", None]),
    ("price", False, ["äpfel", "apple", "100%_real", "Pear", None]),
    ("price", True, ["Pear", "apple", "100%_real", "äpfel", None]),
    ("sold", False, ["Pear", "apple", None, "äpfel", "100%_real"]),
    ("on", True, ["apple", "Pear", "äpfel", "100%_real", None]),
    ("", True, [None, "100%_real", "äpfel", "Pear", "apple"]),
]


@pytest.mark.parametrize("kind", KINDS)
async def test_every_order_goes_through_pages_of_any_size(kind: str, tmp_path: Path) -> None:
    async with filled(kind, tmp_path) as (db, table):
        for sort, descending, expected in ORDERS:
            for most in (1, 2, 3, 5):
                names: list[Any] = []
                cursor: str | None = ""
                while cursor is not None:
                    wanted = Wanted(sort=sort, descending=descending, most=most, cursor=cursor)
                    page = await page_of(db, table, wanted)
                    names += [row.cells["name"] for row in page.rows]
                    cursor = page.next
                assert names == expected, (sort, descending, most)


@pytest.mark.parametrize("kind", KINDS)
async def test_what_cannot_be_asked_for_is_refused(kind: str, tmp_path: Path) -> None:
    text = Wanted(sort="name", most=1)
    async with filled(kind, tmp_path) as (db, table):
        page = await db.read(lambda one: data_tables_rows.find(one, SCOPE, table.id, text))
        strange: list[dict[str, Any]] = [
            {"conditions": [Condition("color", "eq", "x")]},
            {"conditions": [Condition("price", "eq", "cheap")]},
            {"conditions": [Condition("price", "contains", "1")]},
            {"conditions": [Condition("more", "eq", "{}")]},
            {"conditions": [Condition("name", "eq", "x")] * 21},
            {"sort": "color"},
            {"sort": "more"},
            {"cursor": "nonsense"},
            {"cursor": "AAAA", "sort": "name"},
            {"sort": "price", "cursor": page.next},
        ]
        for wanted in strange:
            with pytest.raises(QueryInvalid):
                await found(db, table, **wanted)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_column_keeps_its_values_under_another_name(kind: str, tmp_path: Path) -> None:
    async with filled(kind, tmp_path) as (db, table):
        columns = [
            ColumnGiven(id=one.id, name={"name": "title"}.get(one.name, one.name), kind=one.kind)
            for one in table.columns
            if one.name != "price"
        ]
        change = TableChange(columns=[*columns, ColumnGiven(name="price", kind="text")])
        changed = await db.transact(lambda one: data_tables.change(one, SCOPE, table.id, change))
        page = await db.read(lambda one: data_tables_rows.find(one, SCOPE, table.id, Wanted()))

    assert [one.name for one in changed.columns] == ["title", "sold", "on", "more", "price"]
    assert page.rows[0].cells["title"] == "apple"
    # What was in the column that went is not in the new one of the same name.
    assert [row.cells["price"] for row in page.rows] == [None] * 5


@pytest.mark.parametrize("kind", KINDS)
async def test_a_removed_column_leaves_nothing_behind(kind: str, tmp_path: Path) -> None:
    async with filled(kind, tmp_path) as (db, table):
        kept = [ColumnGiven(id=one.id, name=one.name, kind=one.kind) for one in table.columns[:1]]
        change = TableChange(columns=kept)
        await db.transact(lambda one: data_tables.change(one, SCOPE, table.id, change))
        contents = await db.read(
            lambda one: [row.content for row in one.execute(table_rows.select())]
        )

    assert "apple" in contents[0]
    assert not any("10.5" in text or "2026" in text for text in contents)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_row_is_changed_in_the_cells_that_are_named(kind: str, tmp_path: Path) -> None:
    async with filled(kind, tmp_path) as (db, table):
        page = await db.read(lambda one: data_tables_rows.find(one, SCOPE, table.id, Wanted()))
        row = page.rows[0].id
        cells = {"price": 3, "sold": None}
        changed = await db.transact(
            lambda one: data_tables_rows.change(one, SCOPE, table.id, row, cells, 9)
        )
        removed = await db.transact(
            lambda one: data_tables_rows.remove(one, SCOPE, table.id, [row, 10**9])
        )
        with pytest.raises(RowMissing):
            await db.read(lambda one: data_tables_rows.get(one, SCOPE, table.id, row))

    assert dict(changed.cells) == {**ROWS[0], "price": 3, "sold": None}
    assert (changed.created_ms, changed.updated_ms, removed) == (1, 9, 1)


@pytest.mark.parametrize("kind", KINDS)
async def test_rows_of_one_call_are_added_all_or_none(kind: str, tmp_path: Path) -> None:
    async with filled(kind, tmp_path) as (db, table):
        rows = [{"name": "a"}, {"price": "much"}]
        with pytest.raises(CellInvalid, match="'price'"):
            await db.transact(lambda one: data_tables_rows.add(one, SCOPE, table.id, rows, 1))
        with pytest.raises(CellInvalid, match="no column 'color'"):
            await db.transact(
                lambda one: data_tables_rows.add(one, SCOPE, table.id, [{"color": 1}], 1)
            )
        with pytest.raises(CellInvalid, match="bytes"):
            await db.transact(
                lambda one: data_tables_rows.add(one, SCOPE, table.id, [{"name": "x" * 40_000}], 1)
            )
        shown = await db.read(lambda one: data_tables.get(one, SCOPE, table.id))

    assert shown.rows == len(ROWS)


async def test_a_table_ends_at_its_limit(tmp_path: Path) -> None:
    async with opened("sqlite", tmp_path) as db:
        table = await db.transact(lambda one: data_tables.add(one, SCOPE, "t", COLUMNS, 1))
        content = {"table_id": table.id, "content": "{}"}
        rows = [content] * (MOST_ROWS - 1)
        await db.transact(lambda one: one.execute(insert(table_rows), rows))
        await db.transact(lambda one: data_tables.count(one, table.id, len(rows)))
        with pytest.raises(TableFull):
            await db.transact(lambda one: data_tables_rows.add(one, SCOPE, table.id, [{}, {}], 1))
        await db.transact(lambda one: data_tables_rows.add(one, SCOPE, table.id, [{}], 1))
        with pytest.raises(TableFull):
            await db.transact(lambda one: data_tables_rows.add(one, SCOPE, table.id, [{}], 1))


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        pytest.param("", COLUMNS, id="no-name"),
        pytest.param("a:b", COLUMNS, id="colon"),
        pytest.param(" a", COLUMNS, id="space-in-front"),
        pytest.param("a", [], id="no-columns"),
        pytest.param("a", [ColumnGiven(name="-a")], id="column-like-an-order"),
        pytest.param("a", [ColumnGiven(name="a"), ColumnGiven(name="a")], id="twice"),
        pytest.param("a", [ColumnGiven(name="a", id="c_1")], id="strange-id"),
        pytest.param(
            "a", [ColumnGiven(name=f"c{n}") for n in range(MOST_COLUMNS + 1)], id="too-many"
        ),
    ],
)
async def test_a_table_that_nobody_could_ask_is_refused(
    name: str, columns: list[ColumnGiven], tmp_path: Path
) -> None:
    async with opened("memory", tmp_path) as db:
        with pytest.raises(TableInvalid):
            await db.transact(lambda one: data_tables.add(one, SCOPE, name, columns, 1))


@pytest.mark.parametrize("kind", KINDS)
async def test_names_of_tables_are_taken_once_and_a_kind_stays(kind: str, tmp_path: Path) -> None:
    async with filled(kind, tmp_path) as (db, table):
        with pytest.raises(TableTaken):
            await db.transact(lambda one: data_tables.add(one, SCOPE, "fruit", COLUMNS, 1))
        other = TableChange(columns=[ColumnGiven(id=table.columns[0].id, name="n", kind="json")])
        with pytest.raises(TableInvalid, match="keeps text"):
            await db.transact(lambda one: data_tables.change(one, SCOPE, table.id, other))
        await db.transact(lambda one: data_tables.remove(one, SCOPE, table.id, 5))
        left = await db.read(lambda one: one.execute(table_rows.select()).all())

    assert left == []


async def test_the_store_of_tables_asks_for_grants_and_workspaces(tmp_path: Path) -> None:
    reader = Scope("w1", "bob", frozenset({"table:read"}))
    async with filled("memory", tmp_path) as (db, table):
        with pytest.raises(AccessDenied):
            await db.transact(lambda one: data_tables_rows.add(one, reader, table.id, [{}], 1))
        with pytest.raises(AccessDenied):
            await db.transact(lambda one: data_tables_rows.remove(one, reader, table.id, [1]))
        with pytest.raises(AccessDenied):
            await db.transact(lambda one: data_tables.remove(one, reader, table.id, 5))
        with pytest.raises(TableMissing):
            await db.read(lambda one: data_tables_rows.get(one, Scope("w2"), table.id, 1))
        with pytest.raises(TableMissing):
            await db.transact(lambda one: data_tables_rows.remove(one, Scope("w2"), table.id, [1]))


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("text", 1),
        ("text", "a\x00"),
        ("text", "\ud800"),
        ("number", "1"),
        ("number", True),
        ("number", float("nan")),
        ("number", 2**63),
        ("boolean", 1),
        ("date", "yesterday"),
        ("date", "2026-02-30"),
        ("date", 5),
        ("json", {"a": ["b\x00"]}),
        ("json", {"a\x00": 1}),
    ],
)
def test_a_value_that_does_not_fit_is_refused(kind: Any, value: Any) -> None:
    with pytest.raises(CellInvalid):
        cell(Column(id="c", name="c", kind=kind), value)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("text", " a ", " a "),
        ("text", "", None),
        ("number", " 12 ", 12),
        ("number", "-1.5e3", -1500.0),
        ("boolean", "YES", True),
        ("boolean", "0", False),
        ("date", "2026-03-01T10:00:00", "2026-03-01T10:00:00.000Z"),
        ("json", '{"a": 1}', {"a": 1}),
        ("json", "null", None),
    ],
)
def test_a_text_of_csv_becomes_the_value(kind: Any, text: str, value: Any) -> None:
    assert cell_of_text(Column(id="c", name="c", kind=kind), text) == value


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("number", "1,5"),
        ("number", "1" * 100),
        ("boolean", "maybe"),
        ("json", "{"),
        ("number", "nan"),
    ],
)
def test_a_text_of_csv_that_does_not_fit_is_refused(kind: Any, text: str) -> None:
    with pytest.raises(CellInvalid):
        cell_of_text(Column(id="c", name="c", kind=kind), text)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_table_knows_how_many_rows_it_has(kind: str, tmp_path: Path) -> None:
    async with filled(kind, tmp_path) as (db, table):
        page = await page_of(db, table, Wanted())
        ids = [row.id for row in page.rows[:2]]
        await db.transact(lambda one: data_tables_rows.remove(one, SCOPE, table.id, [*ids, *ids]))
        await asyncio.gather(
            *(
                db.transact(lambda one: data_tables_rows.add(one, SCOPE, table.id, [{}, {}], 1))
                for _ in range(10)
            )
        )
        shown = await db.read(lambda one: data_tables.get(one, SCOPE, table.id))
        page = await page_of(db, table, Wanted(most=100))

    assert shown.rows == len(page.rows) == len(ROWS) - 2 + 20

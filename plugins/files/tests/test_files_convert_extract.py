"""What Convert to file writes, Extract from file reads; and files of others."""

from __future__ import annotations

import io
import json
import time
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import openpyxl
import pytest
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, StreamObject

from penstock_node_files.convert import Convert
from penstock_node_files.extract import Extract
from penstock_sdk import Item, NodeFailed, PartlyFailed
from penstock_sdk.testing import TestContext, arun_node

PEOPLE: Sequence[dict[str, Any]] = [
    {"name": "Ada", "address": {"city": "London"}, "age": 36, "member": True},
    {"name": 'Zoë; the "second"', "address": {"city": "Łódź"}, "age": 1.5, "tags": ["a", None]},
]
FLAT = [
    {"name": "Ada", "address.city": "London", "age": 36, "member": True},
    {"name": 'Zoë; the "second"', "address.city": "Łódź", "age": 1.5, "tags.0": "a"},
]


async def converted(
    config: Mapping[str, Any], items: Sequence[Mapping[str, Any]] = PEOPLE
) -> tuple[list[Item], TestContext]:
    context = TestContext(Convert, config, [Item(dict(item)) for item in items])
    outputs = await arun_node(Convert, config, context=context)
    return outputs.get("main", []), context


async def extracted(data: bytes, config: Mapping[str, Any], name: str = "file") -> list[Any]:
    items = [Item({"before": 1}, None)]
    context = TestContext(Extract, config, items)
    items[0] = Item({"before": 1}, {"data": context.binary.put(data, file_name=name)})
    context = TestContext(Extract, config, items)
    context.binary.blobs["blob-1"] = data
    outputs = await arun_node(Extract, config, context=context)
    return [item.json for item in outputs.get("main", [])]


async def refusal(data: bytes, config: Mapping[str, Any]) -> str:
    with pytest.raises(PartlyFailed) as caught:
        await extracted(data, config)
    failure = caught.value.failures[0]
    assert isinstance(failure, NodeFailed)
    assert failure.hint
    return failure.message


async def written(config: Mapping[str, Any], items: Sequence[Mapping[str, Any]] = PEOPLE) -> bytes:
    made, context = await converted(config, items)
    ref = (made[0].binary or {})["data"]
    return await context.binary.read(ref)


@pytest.mark.parametrize("format_", ["xlsx", "xls", "ods"])
async def test_a_spreadsheet_gives_back_what_was_written(format_: str) -> None:
    data = await written({"format": format_})

    assert await extracted(data, {"format": format_}) == FLAT


@pytest.mark.parametrize("format_", ["html", "rtf", "csv"])
async def test_a_table_of_text_gives_back_what_was_written(format_: str) -> None:
    data = await written({"format": format_})

    more = {"typed": True, "keep_empty": False}
    assert await extracted(data, {"format": format_, "more": more}) == FLAT


async def test_other_programs_read_the_spreadsheets() -> None:
    data = await written({"format": "xlsx", "more": {"sheet": "People"}})

    book = openpyxl.load_workbook(io.BytesIO(data))
    assert book.sheetnames == ["People"]
    assert [cell.value for cell in book["People"][2]][:3] == ["Ada", "London", 36]


async def test_a_text_that_begins_like_a_formula_stays_a_text() -> None:
    data = await written({"format": "xlsx"}, [{"a": "=1+1"}])

    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    assert sheet is not None
    assert sheet["A2"].data_type == "s"
    assert sheet["A2"].value == "=1+1"


def book_of(rows: Sequence[Sequence[Any]], title: str = "Data") -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


async def test_a_sheet_is_chosen_by_name_and_cut_to_a_range() -> None:
    data = book_of([["x", "a", "b"], ["x", 1, 2], ["x", 3, 4], ["x", 5, 6]])

    more = {"sheet": "Data", "range": "B1:C3"}
    found = await extracted(data, {"format": "xlsx", "more": more})
    assert found == [{"a": 1, "b": 2}, {"a": 3, "b": 4}]
    missing = await refusal(data, {"format": "xlsx", "more": {"sheet": "Other"}})
    assert 'does not contain sheet called "Other"' in missing
    assert "not one like" in await refusal(data, {"format": "xlsx", "more": {"range": "?"}})


async def test_dates_are_texts_or_the_numbers_that_spreadsheets_keep() -> None:
    data = book_of([["at"], [datetime(2024, 3, 1, 12)]])  # noqa: DTZ001  as a spreadsheet has it

    assert await extracted(data, {"format": "xlsx"}) == [{"at": "2024-03-01T12:00:00"}]
    more = {"serial_dates": True}
    assert await extracted(data, {"format": "xlsx", "more": more}) == [{"at": 45352.5}]


async def test_columns_without_a_name_or_with_the_same_get_one() -> None:
    data = b"a,,a,\n1,2,3,4\n"

    assert await extracted(data, {}) == [{"a": "1", "column_2": "2", "a_1": "3", "column_4": "4"}]
    more = {"unnamed": "__EMPTY"}
    names = list((await extracted(data, {"more": more}))[0])
    assert names == ["a", "__EMPTY", "a_1", "__EMPTY_1"]


async def test_rows_of_csv_can_be_cut_skipped_and_listed() -> None:
    data = b"title\nname,age\nAda,36\nBo,\nCy,7,8\n"

    more: dict[str, Any] = {"first_row": 2, "max_rows": 2, "keep_empty": False}
    assert await extracted(data, {"more": more}) == [{"name": "Ada", "age": "36"}, {"name": "Bo"}]
    more = {"first_row": 2, "uneven": "skip", "header": False}
    assert (await extracted(data, {"more": more}))[0] == {"row": ["name", "age"]}
    more = {"first_row": 2, "uneven": "fail"}
    assert "columns length is 2, got 3" in await refusal(data, {"more": more})
    assert "one character" in await refusal(data, {"more": {"delimiter": "--"}})


@pytest.mark.parametrize(
    ("encoding", "named"), [("utf-16", ""), ("windows-1252", ""), ("latin1", "latin1")]
)
async def test_the_encoding_of_a_text_is_found_out_or_told(encoding: str, named: str) -> None:
    data = "café".encode(encoding)

    assert await extracted(data, {"format": "text", "encoding": named}) == [{"data": "café"}]


@pytest.mark.parametrize("encoding", ["zip", "unicode_escape", "idna", "punycode", "no such"])
async def test_an_encoding_that_is_no_charset_is_refused(encoding: str) -> None:
    config = {"format": "text", "encoding": encoding}

    assert "Nobody knows the encoding" in await refusal(b"x", config)


async def test_a_byte_order_mark_is_written_when_asked_and_read_away() -> None:
    data = await written({"format": "csv", "more": {"bom": True}}, [{"a": "x"}])

    assert data == b"\xef\xbb\xbfa\nx"
    assert await extracted(data, {}) == [{"a": "x"}]
    assert await extracted(data, {"more": {"keep_bom": True}}) == [{"\ufeffa": "x"}]


async def test_json_is_one_file_or_one_for_each_item() -> None:
    assert json.loads(await written({"format": "json"})) == PEOPLE
    made, _ = await converted({"format": "json", "mode": "each"})
    assert len(made) == 2
    indented = await written({"format": "json", "more": {"indent": True}}, [{"a": 1}])
    assert indented == b'[\n  {\n    "a": 1\n  }\n]'


async def test_what_is_in_json_becomes_a_field_or_the_item() -> None:
    data = b'{"a": [1]}'

    assert await extracted(data, {"format": "json"}) == [{"data": {"a": [1]}}]
    assert await extracted(data, {"format": "json", "into": ""}) == [{"a": [1]}]
    assert await extracted(data, {"format": "json", "into": "x.y", "keep": "json"}) == [
        {"before": 1, "x": {"y": {"a": [1]}}}
    ]


async def test_bytes_go_to_base64_and_back() -> None:
    assert await extracted(b"\x00\xff", {"format": "base64"}) == [{"data": "AP8="}]
    config = {"format": "base64", "source": "b"}
    assert await written(config, [{"b": "AP8="}]) == b"\x00\xff"
    assert await written(config, [{"b": "data:image/png;base64,AP8"}]) == b"\x00\xff"


async def test_an_event_is_written_and_read() -> None:
    event = {
        "title": "Lunch, with; a\nline",
        "start": "2024-01-03T00:00:00",
        "end": "2024-01-04T00:00:00",
        "all_day": True,
        "attendees": [{"name": 'Ada "A"\nBEGIN:VEVENT', "email": "ada@example.org"}],
        "latitude": "48.2",
        "longitude": "16.4",
        "sequence": 2,
        "organizer_email": "bo@example.org\r\nUID:x",
    }
    data = await written({"format": "ics", "event": event}, [{}])

    assert b"DTSTART;VALUE=DATE:20240103\r\nDTEND;VALUE=DATE:20240105\r\n" in data
    assert b"SEQUENCE:2\r\nGEO:48.2;16.4\r\nORGANIZER;" in data
    assert data.count(b"\r\nBEGIN:VEVENT") == data.count(b"\r\nUID:") == 1
    (found,) = await extracted(data, {"format": "ics"})
    read = found["data"]["events"][0]
    assert read["summary"] == "Lunch, with; a\nline"
    assert read["start"] == {"date": "2024-01-03T00:00:00.000Z", "type": "DATE"}
    assert read["attendees"][0]["email"] == "ada@example.org"


def bomb(member: str) -> bytes:
    file = io.BytesIO()
    archive = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED)
    with archive, archive.open(member, "w") as entry:
        for _ in range(600):
            entry.write(bytes(1_000_000))
    return file.getvalue()


def with_entities(member: str) -> bytes:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    text = f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY e0 "x">{entities}]><a>&e11;</a>'
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(member, text)
    return file.getvalue()


def ods_of(rows: str) -> bytes:
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        table = f'<table:table table:name="A">{rows}</table:table>'
        archive.writestr("content.xml", f"<office:body {spaces}>{table}</office:body>")
    return file.getvalue()


async def test_sheets_that_are_filled_up_to_their_last_cell_are_as_large_as_their_content() -> None:
    text = "<table:table-cell><text:p>a</text:p></table:table-cell>"
    rest = '<table:table-cell table:number-columns-repeated="16383"/>'
    row = f"<table:table-row>{text}{rest}</table:table-row>"
    end = f'<table:table-row table:number-rows-repeated="1048000">{rest}</table:table-row>'
    started = time.monotonic()

    found = await extracted(ods_of(row * 200 + end), {"format": "ods"})

    assert found == [{"a": "a"}] * 199
    assert time.monotonic() - started < 10


async def test_a_row_that_says_it_comes_without_end_is_refused() -> None:
    text = "<table:table-cell><text:p>a</text:p></table:table-cell>"
    row = f'<table:table-row table:number-rows-repeated="2000000000">{text}</table:table-row>'

    assert await refusal(ods_of(row), {"format": "ods"})


@pytest.mark.parametrize("format_", ["xlsx", "xls", "ods", "pdf"])
@pytest.mark.parametrize(
    "data", [b"", b"no file", b"PK\x03\x04 broken", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 80]
)
async def test_what_is_no_such_file_is_told(format_: str, data: bytes) -> None:
    assert await refusal(data, {"format": format_})


@pytest.mark.parametrize(
    ("format_", "member"), [("xlsx", "xl/workbook.xml"), ("ods", "content.xml")]
)
async def test_archives_and_entities_that_grow_without_end_are_refused(
    format_: str, member: str
) -> None:
    assert "larger than allowed" in await refusal(bomb(member), {"format": format_})
    assert "entities" in await refusal(with_entities(member), {"format": format_})


@pytest.mark.parametrize(
    ("format_", "data"),
    [
        ("json", b"[" * 100_000),
        ("json", b"NaN"),
        ("json", b"{"),
        ("ics", b"no calendar"),
        ("html", b"<p>no table"),
        ("html", b""),
        ("rtf", b"no rtf"),
    ],
)
async def test_hostile_and_wrong_texts_are_told(format_: str, data: bytes) -> None:
    assert await refusal(data, {"format": format_})


async def test_deep_html_has_an_end() -> None:
    started = time.monotonic()

    found = await extracted(b"<table><tr><td>a</table>" + b"<div>" * 200_000, {"format": "html"})

    assert found == []
    assert time.monotonic() - started < 10


def pdf_of(*pages: str, password: str = "") -> bytes:
    writer = PdfWriter()
    font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
    fonts = DictionaryObject({NameObject("/F"): _names(font)})
    for text in pages:
        page = writer.add_blank_page(200, 200)
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
        content = StreamObject()
        content.set_data(f"BT /F 12 Tf 10 100 Td ({text}) Tj ET".encode())
        page[NameObject("/Contents")] = content
    writer.add_metadata({"/Title": "Two pages"})
    if password:
        writer.encrypt(password)
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def _names(given: Mapping[str, str]) -> DictionaryObject:
    return DictionaryObject({NameObject(key): NameObject(name) for key, name in given.items()})


async def test_a_pdf_gives_its_text_and_what_it_says_about_itself() -> None:
    data = pdf_of("first", "second")

    (found,) = await extracted(data, {"format": "pdf"})
    assert (found["text"], found["numpages"]) == ("first\n\nsecond", 2)
    assert found["info"]["Title"] == "Two pages"
    more = {"join": False, "max_pages": 1}
    (found,) = await extracted(data, {"format": "pdf", "more": more})
    assert (found["text"], found["numrender"]) == (["first"], 1)


async def test_an_encrypted_pdf_needs_its_password() -> None:
    data = pdf_of("first", password="open")  # noqa: S106  of this test

    assert "password does not open it" in await refusal(data, {"format": "pdf"})
    (found,) = await extracted(data, {"format": "pdf", "more": {"password": "open"}})
    assert found["text"] == "first"


async def test_an_item_without_the_file_fails_or_is_left_out() -> None:
    with pytest.raises(PartlyFailed) as caught:
        await arun_node(Extract, {}, [{}])
    assert "binary file 'data', but none was found [item 0]" in caught.value.failures[0].message
    assert await arun_node(Extract, {"missing": "skip"}, [{}]) == {}


async def test_an_item_without_the_content_fails_or_is_left_out() -> None:
    config = {"format": "text", "source": "body"}
    with pytest.raises(PartlyFailed) as caught:
        await arun_node(Convert, config, [{}, {"body": "x"}])
    assert list(caught.value.failures) == [0]
    made, _ = await converted({**config, "missing": "skip"}, [{}, {"body": "x"}])
    assert len(made) == 1


async def test_nothing_gives_nothing() -> None:
    assert await arun_node(Convert, {}, []) == {}
    assert await arun_node(Extract, {}, []) == {}


async def test_an_old_spreadsheet_has_no_more_than_its_rows() -> None:
    with pytest.raises(NodeFailed, match="xlsx has more"):
        await converted({"format": "xls"}, [{"a": 1}] * 70_000)


async def test_a_hundred_thousand_items_become_one_file_and_come_back() -> None:
    items = [{"n": n, "name": f"name {n}"} for n in range(100_000)]
    started = time.monotonic()

    data = await written({"format": "csv"}, items)
    found = await extracted(data, {"more": {"typed": True}})

    assert found == items
    assert time.monotonic() - started < 15

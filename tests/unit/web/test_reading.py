"""What is read from files that people name."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import msgspec
import pytest

from penstock_sdk import BinaryRef, Item
from penstock_web.commands.reading import read, read_document, read_items
from penstock_web.errors import CommandRefused


def written(folder: Path, data: bytes) -> str:
    file = folder / "input.json"
    file.write_bytes(data)
    return str(file)


@pytest.mark.parametrize(
    ("value", "items"),
    [
        pytest.param([{"a": 1}, {"a": 2}], [Item({"a": 1}), Item({"a": 2})], id="objects"),
        pytest.param({"a": 1}, [Item({"a": 1})], id="one-object"),
        pytest.param([], [], id="none"),
        pytest.param([{"json": {"a": 1}}], [Item({"a": 1})], id="items"),
        pytest.param([{"json": 5}], [Item({"json": 5})], id="field-called-json"),
        pytest.param([{"json": {}, "b": 1}], [Item({"json": {}, "b": 1})], id="more-than-an-item"),
        pytest.param(
            [{"json": {}, "binary": {"f": {"id": "x"}}}],
            [Item({}, {"f": BinaryRef(id="x")})],
            id="binary",
        ),
    ],
)
def test_items_are_read_as_such_or_as_plain_objects(
    tmp_path: Path, value: Any, items: list[Item]
) -> None:
    assert read_items(written(tmp_path, msgspec.json.encode(value))) == items


def test_without_a_name_there_is_no_input() -> None:
    assert read_items("") is None


def test_a_mark_of_byte_order_is_left_out(tmp_path: Path) -> None:
    assert read_items(written(tmp_path, b'\xef\xbb\xbf[{"a": 1}]')) == [Item({"a": 1})]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b'["text"]', id="text"),
        pytest.param(b"null", id="null"),
        pytest.param(b"", id="empty"),
        pytest.param(b'[{"a": "\xff"}]', id="not-utf-8"),
        pytest.param(b'[{"a": NaN}]', id="nan"),
        pytest.param(b"[" * 100_000, id="deep"),
        pytest.param(b'[{"json": {}, "binary": {"f": {}}}]', id="binary-without-handle"),
    ],
)
def test_what_holds_no_items_is_refused_with_a_way_out(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(CommandRefused) as caught:
        read_items(written(tmp_path, data))

    assert caught.value.hint


@pytest.mark.parametrize("name", ["nowhere/file.json", "nul\0byte.json", "x" * 5000])
def test_a_name_that_cannot_be_opened_is_refused(name: str) -> None:
    with pytest.raises(CommandRefused, match="cannot be read"):
        read(name)


def test_a_pipe_is_read_like_a_file(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.write(writing, b'{"format": "penstock/1", "name": "Piped"}')
    os.close(writing)

    document = read_document(Path(f"/dev/fd/{reading}"))

    os.close(reading)
    assert document.name == "Piped"

"""Mappings of nodes of files, old and new."""

from __future__ import annotations

from typing import Any

import pytest

from penstock_node_n8n.families import mappings
from penstock_node_n8n.source import Mapped, Source, Unmapped


def mapped(name: str, version: float, **parameters: Any) -> Mapped:
    kind = f"n8n-nodes-base.{name}"
    return mappings()[kind](Source(kind, version, parameters))


def test_what_a_file_leaves_out_is_csv_with_a_byte_order_mark() -> None:
    found = mapped("convertToFile", 1.1)

    assert found.type == "penstock/files.convert"
    assert found.config["format"] == "csv"
    assert found.config["more"] == {"bom": True}


def test_extracting_knows_the_names_of_operations() -> None:
    found = mapped("extractFromFile", 1, operation="binaryToPropery", destinationKey="text")
    assert (found.config["format"], found.config["into"]) == ("base64", "text")
    with pytest.raises(Unmapped):
        mapped("extractFromFile", 1, operation="={{ $json.kind }}")


def test_the_first_spreadsheet_node_finds_the_format_out_and_reads_numbers() -> None:
    first = mapped("spreadsheetFile", 1)
    second = mapped("spreadsheetFile", 2, fileFormat="csv")

    assert (first.config["format"], first.config["more"]["typed"]) == ("auto", True)
    assert second.config["format"] == "csv"
    assert "typed" not in second.config["more"]


def test_moving_data_goes_both_ways_and_skips_items_without_any() -> None:
    reading = mapped("moveBinaryData", 1)
    writing = mapped("moveBinaryData", 1, mode="jsonToBinary", convertAllData=False)

    assert reading.type == "penstock/files.extract"
    assert (reading.config["into"], reading.config["missing"]) == ("", "skip")
    assert writing.type == "penstock/files.convert"
    assert (writing.config["source"], writing.config["keep"]) == ("data", "rest")


def test_reading_and_writing_disks_has_one_node_each() -> None:
    assert mapped("readWriteFile", 1, fileSelector="/a/*").config["path"] == "/a/*"
    assert mapped("readBinaryFile", 1, filePath="/a").config["fields"] == "kept"
    appending = mapped("readWriteFile", 1, operation="write", options={"append": True})
    assert (appending.type, appending.config["append"]) == ("penstock/files.write", True)


def test_a_password_of_a_pdf_counts_where_it_is_encrypted() -> None:
    given = {"password": "p"}
    assert mapped("readPDF", 1, encrypted=True, **given).config["more"] == given
    assert "more" not in mapped("readPDF", 1, **given).config

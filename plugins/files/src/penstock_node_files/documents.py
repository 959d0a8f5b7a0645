"""Spreadsheets and PDFs, read in a process of their own."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import msgspec

from penstock_sdk.child import call_child

_SHEETS = Path(__file__).with_name("sheets_worker.py")
_PDF = Path(__file__).with_name("pdf_worker.py")


async def read_sheet(
    data: bytes, format_: str, sheet: str = "", range_: str = "", *, serial: bool = False
) -> list[list[Any]]:
    """The rows of one sheet.

    Raises:
        NodeFailed: It cannot be read.
    """
    asked = {
        "do": "read",
        "data": _packed(data),
        "format": format_,
        "sheet": sheet,
        "range": range_,
        "serial": serial,
    }
    reply = await call_child(_SHEETS, msgspec.json.encode(asked), what="Reading the spreadsheet")
    return msgspec.json.decode(reply, type=list[list[Any]])


async def read_pdf(data: bytes, *, password: str, max_pages: int, join: bool) -> dict[str, Any]:
    """The text of a PDF and what it says about itself.

    Raises:
        NodeFailed: It cannot be read.
    """
    asked = {"data": _packed(data), "password": password, "max_pages": max_pages, "join": join}
    reply = await call_child(_PDF, msgspec.json.encode(asked), what="Reading the PDF")
    return msgspec.json.decode(reply, type=dict[str, Any])


def _packed(data: bytes) -> str:
    return base64.b64encode(data).decode()

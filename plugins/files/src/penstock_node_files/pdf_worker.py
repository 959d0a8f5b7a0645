"""The process that reads the text of a PDF: it comes from a stranger.

Started as a file by `penstock_sdk.child`, with its limits on memory and time.
"""

from __future__ import annotations

import base64
import io
import json
import logging
from typing import Any

_MAX_PAGES = 10_000
_MAX_TEXT = 50_000_000  # characters


def main(request: bytes) -> bytes:
    """Answer `{"data", "password", "max_pages", "join"}` with text, pages and facts.

    Raises:
        ValueError: It cannot be read; the message is for a person.
    """
    logging.disable(logging.CRITICAL)
    asked = json.loads(request)
    try:
        found = _read(base64.b64decode(asked["data"]), asked)
    except (ValueError, MemoryError, RecursionError):
        raise
    except Exception as error:  # the library raises anything on files that are none
        raise ValueError(f"it is no PDF that can be read ({type(error).__name__})") from error
    return json.dumps(found, ensure_ascii=False).encode(errors="replace")


def _read(data: bytes, asked: dict[str, Any]) -> dict[str, Any]:
    from pypdf import PasswordType, PdfReader  # noqa: PLC0415  after the limits are set
    from pypdf.errors import PyPdfError  # noqa: PLC0415

    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted:
            opened = reader.decrypt(str(asked["password"]))
            if opened == PasswordType.NOT_DECRYPTED:
                raise ValueError("it is encrypted, and the password does not open it")
        return _facts(reader, int(asked["max_pages"]), join=bool(asked["join"]))
    except PyPdfError as error:
        raise ValueError(f"it is no PDF that can be read: {error}") from error


def _facts(reader: Any, most: int, *, join: bool) -> dict[str, Any]:
    count = len(reader.pages)
    shown = min(count, most or count, _MAX_PAGES)
    texts: list[str] = []
    length = 0
    for number in range(shown):
        # Some programs end lines with spaces, which say nothing.
        lines = reader.pages[number].extract_text().split("\n")
        texts.append("\n".join(line.rstrip() for line in lines).strip())
        length += len(texts[-1])
        if length > _MAX_TEXT:
            raise ValueError(f"it holds more than {_MAX_TEXT:,} characters")
    info = {"PDFFormatVersion": reader.pdf_header.removeprefix("%PDF-")}
    about: dict[Any, Any] = dict(reader.metadata or {})
    for name, value in about.items():
        info[str(name).lstrip("/")] = str(value)
    text: Any = "\n\n".join(texts) if join else texts
    return {"numpages": count, "numrender": shown, "info": info, "text": text}

"""Formats, their extensions and media types."""

from __future__ import annotations

import mimetypes

OCTETS = "application/octet-stream"

#: Extension and media type of what can be written.
FORMATS = {
    "csv": ("csv", "text/csv"),
    "html": ("html", "text/html"),
    "ics": ("ics", "text/calendar"),
    "json": ("json", "application/json"),
    "ods": ("ods", "application/vnd.oasis.opendocument.spreadsheet"),
    "rtf": ("rtf", "application/rtf"),
    "text": ("txt", "text/plain"),
    "xls": ("xls", "application/vnd.ms-excel"),
    "xlsx": ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
#: Named here so that they do not depend on the tables of the system.
_KNOWN = dict(FORMATS.values()) | {
    "md": "text/markdown",
    "pdf": "application/pdf",
    "xml": "text/xml",
    "yaml": "application/yaml",
    "yml": "application/yaml",
}


def media_type_of(name: str) -> str:
    """The media type that the name of a file tells."""
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    found = _KNOWN.get(extension)
    # The table of the library is the same everywhere; that of the system is not.
    return found or mimetypes.types_map.get(f".{extension}", OCTETS)


def kind_of(media: str) -> str:
    """The word for a group of media types: image, text, json, pdf; empty for the rest."""
    first, _, rest = media.partition("/")
    if rest in ("json", "pdf", "html"):
        return rest
    return first if first in ("image", "audio", "video", "text") else ""

"""Nodes that convert, extract, read and write files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from penstock_node_n8n.source import Mapped, Mapper, Source, Unmapped

CONVERT = "penstock/files.convert"
EXTRACT = "penstock/files.extract"
_READ = "penstock/files.read"
_WRITE = "penstock/files.write"

_KEEP = {"json": "json", "binary": "file", "both": "both"}
_CONVERTED = {
    "csv": "csv",
    "html": "html",
    "iCal": "ics",
    "toJson": "json",
    "ods": "ods",
    "rtf": "rtf",
    "toText": "text",
    "xls": "xls",
    "xlsx": "xlsx",
    "toBinary": "base64",
}
_EXTRACTED = {
    "csv": "csv",
    "html": "html",
    "fromIcs": "ics",
    "fromJson": "json",
    "ods": "ods",
    "pdf": "pdf",
    "rtf": "rtf",
    "text": "text",
    "xml": "xml",
    "xls": "xls",
    "xlsx": "xlsx",
    "binaryToPropery": "base64",
}
_SINGLE = ("ics", "json", "text", "xml", "base64")


def optional(source: Source, words: Mapping[str, str], prefix: str = "options") -> dict[str, Any]:
    """Our options for those of theirs that the file sets."""
    found = {ours: source.get(f"{prefix}.{theirs}") for theirs, ours in words.items()}
    return {name: value for name, value in found.items() if value is not None and value != ""}


def reading_rows(source: Source, format_: str) -> dict[str, Any]:
    """How rows of a file are read."""
    words = {
        "headerRow": "header",
        "delimiter": "delimiter",
        "sheetName": "sheet",
        "range": "range",
        "fromLine": "first_row",
    }
    more = optional(source, words)
    source.get("options.readAsString")  # ours reads any encoding as what it is
    source.get("options.rawData")
    source.get("options.relaxQuotes")
    most = source.get("options.maxRowCount", -1)
    if most != -1:
        more["max_rows"] = most
    more["keep_empty"] = source.flag("options.includeEmptyCells")
    more["unnamed"] = "__EMPTY"
    more["serial_dates"] = True
    if format_ == "csv":
        # Without the option, a mark at the start is part of the first name there.
        more["keep_bom"] = source.get("options.enableBOM") is not True
        skips = bool(source.get("options.skipRecordsWithErrors"))
        more["uneven"] = "skip" if skips else "fail"
    return more


def writing_rows(source: Source, format_: str) -> dict[str, Any]:
    """How rows are written."""
    words = {"headerRow": "header", "delimiter": "delimiter", "sheetName": "sheet"}
    more = optional(source, words)
    source.get("options.compression")  # ours always packs
    if format_ == "csv":
        more["bom"] = True
    return more


def _convert(source: Source) -> Mapped:
    format_ = source.one_of("operation", _CONVERTED, "csv")
    if format_ == "ics":
        return calendar(source, default_title="")
    config: dict[str, Any] = {
        "format": format_,
        "into": source.text("binaryPropertyName", "data") or "data",
        "file_name": source.text("options.fileName") or _file_name(format_),
        **optional(source, {"encoding": "encoding", "mimeType": "media_type"}),
    }
    if format_ in ("text", "base64"):
        config["source"] = source.text("sourceProperty")
    if format_ == "json":
        config["mode"] = "each" if source.get("mode") == "each" else "all"
    if format_ in ("text", "json"):
        config["more"] = optional(source, {"addBOM": "bom", "format": "indent"})
    elif format_ == "base64":
        source.get("options.addBOM")
        if source.get("options.dataIsBase64", True) is False:
            config["format"] = "text"
    else:
        config["more"] = writing_rows(source, format_)
    return Mapped(type=CONVERT, config=config)


def _file_name(format_: str) -> str:
    names = {"json": "file.json", "text": "file.txt", "base64": "file"}
    return names.get(format_, f"File.{format_}")


def calendar(source: Source, *, default_title: str) -> Mapped:
    """An event as a file."""
    more = "additionalFields"
    words = {
        "description": "description",
        "location": "location",
        "url": "url",
        "status": "status",
        "busyStatus": "busy",
        "recurrenceRule": "recurrence",
        "calName": "calendar",
        "uid": "uid",
        "sequence": "sequence",
        "geolocationUi.geolocationValues.lat": "latitude",
        "geolocationUi.geolocationValues.lon": "longitude",
        "organizerUi.organizerValues.name": "organizer_name",
        "organizerUi.organizerValues.email": "organizer_email",
    }
    source.get(f"{more}.useWorkflowTimezone")  # moments without a zone are in that of the workflow
    event = {
        "title": source.text("title", default_title),
        "start": source.get("start"),
        "end": source.get("end"),
        "all_day": source.flag("allDay"),
        **optional(source, words, more),
    }
    people = source.rows(f"{more}.attendeesUi.attendeeValues")
    if people:
        event["attendees"] = [
            {
                "name": one.get("name", ""),
                "email": one.get("email", ""),
                "rsvp": one.get("rsvp", False),
            }
            for one in people
        ]
    config = {
        "format": "ics",
        "event": event,
        "into": source.text("binaryPropertyName", "data") or "data",
        "file_name": source.text(f"{more}.fileName") or "event.ics",
    }
    return Mapped(type=CONVERT, config=config)


def _extract(source: Source) -> Mapped:
    format_ = source.one_of("operation", _EXTRACTED, "csv")
    config: dict[str, Any] = {
        "format": format_,
        "file": source.text("binaryPropertyName", "data") or "data",
        **optional(source, {"encoding": "encoding"}),
    }
    keep = source.get("options.keepSource")
    if keep in _KEEP:
        config["keep"] = _KEEP[keep]
    if format_ == "pdf":
        words = {"joinPages": "join", "maxPages": "max_pages", "password": "password"}
        config["more"] = optional(source, words)
    elif format_ in _SINGLE:
        config["into"] = source.text("destinationKey", "data") or "data"
        if source.get("options.stripBOM") is False:
            config["more"] = {"keep_bom": True}
    else:
        config["more"] = reading_rows(source, format_)
    return Mapped(type=EXTRACT, config=config)


def _disk(source: Source) -> Mapped:
    if source.get("operation", "read") == "write":
        return _write(source)
    words = {"fileName": "file_name", "mimeType": "media_type"}
    source.get("options.fileExtension")  # ours takes it from the name
    config: dict[str, Any] = {
        "path": source.text("fileSelector"),
        "missing": "skip",
        "into": source.text("options.dataPropertyName", "data") or "data",
        **optional(source, words),
    }
    return Mapped(type=_READ, config=config)


def _write(source: Source) -> Mapped:
    config = {
        "path": source.text("fileName"),
        "file": source.text("dataPropertyName", "data") or "data",
        "append": source.flag("options.append"),
    }
    return Mapped(type=_WRITE, config=config)


def _read_one(source: Source) -> Mapped:
    config = {
        "path": source.text("filePath"),
        "into": source.text("dataPropertyName", "data") or "data",
        "fields": "kept",
    }
    return Mapped(type=_READ, config=config)


def _read_many(source: Source) -> Mapped:
    config = {
        "path": source.text("fileSelector"),
        "missing": "skip",
        "into": source.text("dataPropertyName", "data") or "data",
    }
    return Mapped(type=_READ, config=config)


def _event(source: Source) -> Mapped:
    if source.get("operation", "createEventFile") != "createEventFile":
        raise Unmapped("only events can be made into files", field="operation")
    return calendar(source, default_title="")


MAPPINGS: Mapping[str, Mapper] = {
    "n8n-nodes-base.convertToFile": _convert,
    "n8n-nodes-base.extractFromFile": _extract,
    "n8n-nodes-base.iCal": _event,
    "n8n-nodes-base.readBinaryFile": _read_one,
    "n8n-nodes-base.readBinaryFiles": _read_many,
    "n8n-nodes-base.readWriteFile": _disk,
    "n8n-nodes-base.writeBinaryFile": _write,
}

"""The node between XML and JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from penstock_node_data.formats.sources import field_text
from penstock_node_data.formats.xml_reading import NotXml, Reading, read_xml
from penstock_node_data.formats.xml_writing import NoXml, Writing, write_xml
from penstock_node_data.values.writing import with_value
from penstock_sdk import (
    Context,
    Item,
    Node,
    NodeFailed,
    Port,
    Result,
    boolean,
    collection,
    options,
    text,
)
from penstock_sdk.columns import as_list

_KEYS = {
    "attribute_key": text("$", title="Key of attributes"),
    "text_key": text("_", title="Key of text"),
}


class Xml(Node):
    """Turns XML into JSON and back."""

    id = "penstock/data.xml"
    title = "XML"
    description = "Reads XML into JSON, or writes JSON as XML."
    group = "data"
    icon = "code-xml"
    aliases = ("parse xml", "xml to json", "json to xml", "convert", "rss", "sitemap", "soap")
    docs = (
        "Reading merges attributes into their element and makes an array of what comes more than "
        "once. Without a field for the result, reading makes it the item, and writing takes the "
        "whole item. Documents with entities are refused."
    )
    outputs = (Port(name="main", sample={"order": {"id": "7", "total": "12.50"}}),)

    mode: str = options(
        {"read": "XML to JSON", "write": "JSON to XML"},
        default="read",
        title="Mode",
        expression=False,
    )
    field: str = text("data", title="Field with the XML", show_if={"mode": ["read"]})
    output_field: str = text("", title="Put the result in field", hint="Empty: it is the item.")
    keep_fields: bool = boolean(title="Keep the other fields")
    reading: dict[str, Any] = collection(
        {
            **_KEYS,
            "merge_attributes": boolean(True, title="Merge attributes into their element"),
            "ignore_attributes": boolean(title="Leave attributes out"),
            "always_arrays": boolean(title="Make every element an array"),
            "with_root": boolean(True, title="Keep the root"),
            "trim": boolean(title="Trim texts"),
            "normalize": boolean(title="Trim texts and join spaces in them"),
            "lower_names": boolean(title="Write names of elements in lower case"),
        },
        title="Options",
        show_if={"mode": ["read"]},
    )
    writing: dict[str, Any] = collection(
        {
            **_KEYS,
            "root": text("root", title="Name of the root"),
            "headless": boolean(title="Without the declaration"),
            "cdata": boolean(title="Write texts with markup as CDATA"),
        },
        title="Options",
        show_if={"mode": ["write"]},
    )

    def run(self, ctx: Context, items: Sequence[Item]) -> Result:
        """Read or write one document per item."""
        if not items:
            return []
        return _read(ctx, items) if ctx.param("mode") == "read" else _written(ctx, items)


def _read(ctx: Context, items: Sequence[Item]) -> list[Item]:
    count, found = len(items), list[Item]()
    columns = (ctx.columns(name) for name in ("field", "output_field", "reading"))
    rows = zip(items, *(as_list(column, count) for column in columns), strict=True)
    keep = bool(ctx.param("keep_fields"))
    for i, (item, field, target, given) in enumerate(rows):
        missing = f'Item has no JSON property called "{field}"'
        source = field_text(item, str(field), i, field="field", missing=missing)
        try:
            value = read_xml(source, _reading(given))
        except NotXml as error:
            raise NodeFailed(
                f"The text is not XML that can be read: {error}",
                hint="Look at the text at that place.",
                field="field",
                item=i,
            ) from None
        found.append(_placed(item, str(target or ""), value, keep=keep))
    return found


def _placed(item: Item, target: str, value: Any, *, keep: bool) -> Item:
    if target:
        return with_value(item, target, value, keep=keep)
    json = cast("dict[str, Any]", value) if isinstance(value, dict) else {"data": value}
    return Item({**item.json, **json} if keep else json, item.binary)


def _written(ctx: Context, items: Sequence[Item]) -> list[Item]:
    count, found = len(items), list[Item]()
    columns = (ctx.columns(name) for name in ("output_field", "writing"))
    rows = zip(items, *(as_list(column, count) for column in columns), strict=True)
    keep = bool(ctx.param("keep_fields"))
    for i, (item, target, given) in enumerate(rows):
        try:
            value = write_xml(item.json, _writing(given))
        except NoXml as error:
            raise NodeFailed(
                f"The item cannot be written as XML: {error}",
                hint="Rename or remove the field.",
                item=i,
            ) from None
        found.append(with_value(item, str(target or "data"), value, keep=keep))
    return found


def _reading(given: Mapping[str, Any]) -> Reading:
    known = {key: value for key, value in given.items() if value not in (None, "")}
    return Reading(**known)


def _writing(given: Mapping[str, Any]) -> Writing:
    known = {key: value for key, value in given.items() if value not in (None, "")}
    return Writing(**known)

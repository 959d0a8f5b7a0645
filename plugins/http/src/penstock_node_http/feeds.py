"""The entries of a feed, from its bytes.

The rules:

* No entities beyond those of XML itself, no schemas, nothing fetched: a document that declares
  entities is refused.
* Depth, entries and the length of names are bounded.
* Dates that nobody can read stay as they came, and have no `isoDate`.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping, Sequence
from html import unescape
from importlib import import_module
from typing import Any, cast

from penstock_sdk import NodeFailed

_MAX_ENTRIES = 100_000
_MAX_EXTRA = 50
_ENTITY = re.compile(rb"<!ENTITY", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_BREAK = re.compile(r"<(?:br|/p|/div|/li|/h[1-6])\b[^<>]*>", re.IGNORECASE)
_ITUNES = "itunes_"
_HINT = "Check that the URL is the feed itself, not the page that links to it."


def entries_of(
    content: bytes, content_type: str = "", extra: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """The entries, in the order of the feed.

    Raises:
        NodeFailed: This is no feed, or one that declares entities.
    """
    feedparser: Any = import_module("feedparser")  # 90 ms that most runs never need; untyped

    # UTF-16 has a zero byte beside each of these characters.
    if _ENTITY.search(content.replace(b"\x00", b"")):
        message = "The feed declares entities, which are refused."
        raise NodeFailed(message, hint="They serve attacks more often than feeds.", field="url")
    parsed: Any = feedparser.parse(
        content,
        response_headers={"content-type": content_type} if content_type else None,
        resolve_relative_uris=False,
        sanitize_html=False,
    )
    if not parsed.get("version") and not parsed.get("entries"):
        raise NodeFailed("This is no RSS or Atom feed.", hint=_HINT, field="url")
    atom = str(parsed.get("version", "")).startswith("atom")
    dc = b"dc:creator" in content
    found = cast("list[Mapping[str, Any]]", parsed["entries"][:_MAX_ENTRIES])
    # As plain dictionaries: the parser's own look in other places where a name is missing.
    return [_entry(dict(entry), extra[:_MAX_EXTRA], atom=atom, dc=dc) for entry in found]


def _entry(
    entry: Mapping[str, Any], extra: Sequence[str], *, atom: bool, dc: bool
) -> dict[str, Any]:
    author, encoded = entry.get("author"), _encoded(entry)
    summary = entry.get("summary")
    content = encoded if atom or summary is None else summary
    found = {
        "creator": None if atom else author,
        "title": entry.get("title"),
        "link": entry.get("link"),
        "pubDate": _published(entry, atom=atom),
        "author": None if dc else author,
        "dc:creator": author if dc else None,
        "content:encoded": None if atom else encoded,
        "content:encodedSnippet": None if atom or encoded is None else snippet(encoded),
        "comments": entry.get("comments"),
        "content": content,
        "contentSnippet": None if content is None else snippet(content),
        "summary": summary if atom else None,
        "guid": None if atom else entry.get("id"),
        "id": entry.get("id") if atom else None,
        "categories": [str(tag.get("term")) for tag in entry.get("tags", []) if tag.get("term")],
        "enclosure": _enclosure(entry),
        "itunes": _podcast(entry),
        "isoDate": _iso(entry),
        **{name: _extra(entry, name) for name in extra},
    }
    return {name: value for name, value in found.items() if value not in (None, [], {})}


def _podcast(entry: Mapping[str, Any]) -> dict[str, str]:
    """What podcasts say of an episode: duration, number, season."""
    named = {name.removeprefix(_ITUNES): value for name, value in entry.items() if _ITUNES in name}
    return {name: value for name, value in named.items() if isinstance(value, str) and value}


def _encoded(entry: Mapping[str, Any]) -> str | None:
    parts: list[Any] = entry.get("content") or []
    return str(parts[0].get("value", "")) if parts else None


def _published(entry: Mapping[str, Any], *, atom: bool) -> str | None:
    text = entry.get("published") or entry.get("updated")
    return _iso(entry) or text if atom else text


def _iso(entry: Mapping[str, Any]) -> str | None:
    moment = entry.get("published_parsed") or entry.get("updated_parsed")
    if moment is None:
        return None
    try:
        calendar.timegm(moment)
    except (ValueError, OverflowError, TypeError):
        return None
    year, month, day, hour, minute, second = moment[:6]
    return f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.000Z"


def _enclosure(entry: Mapping[str, Any]) -> dict[str, str]:
    links: list[Any] = entry.get("links") or []
    for link in links:
        if link.get("rel") != "enclosure":
            continue
        named = {"url": link.get("href"), "length": link.get("length"), "type": link.get("type")}
        return {name: str(value) for name, value in named.items() if value}
    return {}


def _extra(entry: Mapping[str, Any], name: str) -> Any:
    """An element by its name in the feed: the parser writes `media:title` as `media_title`."""
    value: Any = entry.get(name.lower().replace(":", "_"))
    return value or None


def snippet(html: str) -> str:
    """The text of some HTML, without its tags."""
    plain = unescape(_TAG.sub("", _BREAK.sub("\n", html)))
    return plain.strip()

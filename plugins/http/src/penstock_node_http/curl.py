"""A cURL command, as browsers and API docs offer it, to the configuration of the request node.

The command is read as words; nothing is run and no file is opened.
"""

from __future__ import annotations

import base64
import json
import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit, urlunsplit

from penstock_sdk import NodeFailed

LONGEST = 100_000  # characters of a command

_FORM = "application/x-www-form-urlencoded"
_ANSI_QUOTED = re.compile(r"(?<![^\s=])\$'((?:[^'\\]|\\.)*+)'", re.DOTALL)
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{1,4}|x[0-9a-fA-F]{1,2}|.)", re.DOTALL)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}

_FLAGS = {
    "--compressed", "-s", "--silent", "-S", "--show-error", "-v", "--verbose", "-f", "--fail", "-#",
    "--http1.1", "--http2", "-i", "--include", "-N", "--no-buffer", "--globoff", "-g",
}  # fmt: skip
_IGNORED = {"-o", "--output", "--cacert", "-c", "--cookie-jar", "--retry", "--cert", "--key"}


@dataclass
class _Read:
    method: str = ""
    url: str = ""
    headers: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    data: list[str] = field(default_factory=list[str])
    json_data: bool = False
    raw: bool = False
    parts: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    as_query: bool = False
    config: dict[str, Any] = field(default_factory=dict[str, Any])


def from_curl(command: str) -> dict[str, Any]:
    """The configuration that sends the same request.

    Raises:
        NodeFailed: The text is no cURL command, or reads a file.
    """
    words = _words(command)
    read = _Read()
    while words:
        word = words.pop(0)
        if word.startswith("--") and "=" in word and word.split("=", 1)[0] in _OPTIONS:
            word, value = word.split("=", 1)
            words.insert(0, value)
        elif word[:1] == "-" and word[:2] in _OPTIONS and word[:2] != "--" and len(word) > 2:
            word, value = word[:2], word[2:]
            words.insert(0, value)
        _take(read, word, words)
    if not read.url:
        raise NodeFailed("The cURL command names no URL.", hint="Paste the whole command.")
    return _config(read)


def _words(command: str) -> list[str]:
    if len(command) > LONGEST:
        raise NodeFailed(f"The cURL command is longer than {LONGEST:,} characters.")
    try:
        one_line = command.replace("\\\r\n", " ").replace("\\\n", " ")
        words = shlex.split(_ANSI_QUOTED.sub(_plainly_quoted, one_line))
    except ValueError as error:
        raise NodeFailed(f"The cURL command cannot be read: {error}.") from error
    if not words or words[0].rsplit("/", 1)[-1] not in ("curl", "curl.exe"):
        raise NodeFailed("This is not a cURL command.", hint="It starts with the word curl.")
    return words[1:]


def _plainly_quoted(found: re.Match[str]) -> str:
    """Text in `$'…'`, as browsers copy it, in quotes that shlex knows."""
    return shlex.quote(_ESCAPE.sub(_unescaped, found[1]))


def _unescaped(found: re.Match[str]) -> str:
    code = found[1]
    if code[0] in "ux" and len(code) > 1:
        return chr(int(code[1:], 16))
    return _ESCAPES.get(code, code)


def _take(read: _Read, word: str, words: list[str]) -> None:
    if word in _OPTIONS:
        if not words:
            raise NodeFailed(f"The option {word} lacks its value.")
        _OPTIONS[word](read, words.pop(0))
    elif word in _SWITCHES:
        _SWITCHES[word](read)
    elif word in _IGNORED:
        del words[:1]
    elif word in _FLAGS:
        return
    elif word.startswith("-") and word != "-":
        raise NodeFailed(f"The option {word} is not known.", hint="Remove it and import again.")
    else:
        read.url = word


def _header(read: _Read, value: str) -> None:
    name, _, rest = value.partition(":")
    if name.strip():
        read.headers.append({"name": name.strip(), "value": rest.strip()})


def _data(read: _Read, value: str) -> None:
    if value.startswith("@"):
        raise NodeFailed("The command sends a file.", hint="Use the file body of the node instead.")
    read.data.append(value)


def _encoded(read: _Read, value: str) -> None:
    """As curl has it: `name=text`, `=text` and `text`; the text is encoded, the name is not."""
    name, joint, rest = value.partition("=")
    if not joint and "@" in value:
        _data(read, "@")
    text = quote(rest if joint else value, safe="")
    read.data.append(f"{name}={text}" if joint and name else text)


def _raw(read: _Read, value: str) -> None:
    read.raw = True
    read.data.append(value)


def _json(read: _Read, value: str) -> None:
    read.json_data = True
    _data(read, value)


def _form(read: _Read, value: str) -> None:
    name, _, rest = value.partition("=")
    kind = "file" if rest.startswith("@") else "text"
    read.parts.append({"name": name, "kind": kind, "value": "data" if kind == "file" else rest})


def _user(read: _Read, value: str) -> None:
    encoded = base64.b64encode(value.encode()).decode()
    read.headers.append({"name": "Authorization", "value": f"Basic {encoded}"})


def _put(name: str, convert: Callable[[str], Any] = str) -> Callable[[_Read, str], None]:
    def put(read: _Read, value: str) -> None:
        read.config[name] = convert(value)

    return put


def _method(read: _Read, value: str) -> None:
    read.method = value.upper()


def _url(read: _Read, value: str) -> None:
    read.url = value


def _named_header(name: str) -> Callable[[_Read, str], None]:
    def add(read: _Read, value: str) -> None:
        read.headers.append({"name": name, "value": value})

    return add


_OPTIONS: dict[str, Callable[[_Read, str], None]] = {
    "-X": _method, "--request": _method, "--url": _url,
    "-H": _header, "--header": _header,
    "-d": _data, "--data": _data, "--data-ascii": _data, "--data-binary": _raw, "--data-raw": _raw,
    "--data-urlencode": _encoded, "--json": _json,
    "-F": _form, "--form": _form, "--form-string": _form,
    "-u": _user, "--user": _user,
    "-A": _named_header("User-Agent"), "--user-agent": _named_header("User-Agent"),
    "-e": _named_header("Referer"), "--referer": _named_header("Referer"),
    "-b": _named_header("Cookie"), "--cookie": _named_header("Cookie"),
    "-m": _put("timeout_s", float), "--max-time": _put("timeout_s", float),
    "--connect-timeout": _put("timeout_s", float),
    "-x": _put("proxy"), "--proxy": _put("proxy"),
    "--max-redirs": _put("max_redirects", int),
}  # fmt: skip


def _get(read: _Read) -> None:
    read.as_query = True


def _head(read: _Read) -> None:
    read.method = "HEAD"


def _insecure(read: _Read) -> None:
    read.config["ignore_tls"] = True


def _location(read: _Read) -> None:
    read.config["follow_redirects"] = True


_SWITCHES: dict[str, Callable[[_Read], None]] = {
    "-G": _get, "--get": _get, "-I": _head, "--head": _head,
    "-k": _insecure, "--insecure": _insecure, "-L": _location, "--location": _location,
}  # fmt: skip


def _config(read: _Read) -> dict[str, Any]:
    config: dict[str, Any] = {"follow_redirects": False, **read.config}
    url = read.url if "://" in read.url else f"http://{read.url}"
    split = urlsplit(url)
    query = parse_qsl(split.query, keep_blank_values=True)
    if read.as_query:
        query += parse_qsl("&".join(read.data), keep_blank_values=True)
        read.data = []
    config["url"] = urlunsplit(split._replace(query=""))
    if query:
        config["query"] = [{"name": name, "value": value} for name, value in query]
    config.update(_body(read))
    config["method"] = read.method or ("POST" if config.get("body") else "GET")
    if read.headers:
        config["headers"] = read.headers
    return config


def _body(read: _Read) -> dict[str, Any]:
    if read.parts:
        return {"body": "multipart", "parts": read.parts}
    if not read.data:
        return {}
    text = "".join(read.data) if read.json_data or read.raw else "&".join(read.data)
    content_type = _content_type(read)
    if read.json_data or "json" in content_type:
        try:
            parsed = json.loads(text)
        except ValueError:
            return {"body": "raw", "raw_body": text, "content_type": content_type}
        return {"body": "json", "json_body": parsed}
    if content_type in ("", _FORM):
        if not _is_form(text):
            return {"body": "raw", "raw_body": text, "content_type": _FORM}
        pairs = parse_qsl(text, keep_blank_values=True)
        return {"body": "form", "form_fields": [{"name": n, "value": v} for n, v in pairs]}
    return {"body": "raw", "raw_body": text, "content_type": content_type}


def _is_form(text: str) -> bool:
    """Is every part a name and a value? curl calls a form whatever it is given."""
    return text.lstrip()[:1] not in ("{", "[", "<") and all(
        "=" in part for part in text.split("&") if part
    )


def _content_type(read: _Read) -> str:
    for header in read.headers:
        if header["name"].lower() == "content-type":
            return header["value"].split(";")[0].strip().lower()
    return ""

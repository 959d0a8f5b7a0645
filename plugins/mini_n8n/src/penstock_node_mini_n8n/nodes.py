"""What each kind of node becomes, and where its outputs are found there.

The rules:

* A Mini-N8N node gives one object; ours give an item whose `json` holds the same keys, but for
  the HTTP request, whose keys are called otherwise here.
* Every node runs once, as there.
* A node that cannot be mapped becomes a placeholder and keeps its config.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from penstock_node_mini_n8n.conditions import condition_script
from penstock_node_mini_n8n.reading import Connection, MiniNode, mapping, sequence
from penstock_node_mini_n8n.templates import Keys, Templates, literal, named, steps

_RETRY_DELAY_S = 1.5
_TIMEOUT_S = 30
_TYPES = {"text": "string", "number": "number", "boolean": "boolean", "json": "any"}
_HTTP_KEYS = {
    "data": "body",
    "output": "body",
    "status_code": "status",
    "response_headers": "headers",
    "url": "url",
}
_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
_PARSE = {"auto": "auto", "json": "json", "text": "text"}


class NotMapped(Exception):
    """This node has no counterpart. Stays inside: it becomes a remark."""


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What mapping a node needs to know besides the node."""

    templates: Templates
    #: Name of the node that takes the input.
    start: str
    #: Connections that lead to the node, with the node that each comes from.
    incoming: Sequence[tuple[Connection, MiniNode]]


@dataclass(kw_only=True)
class Made:
    """Our node."""

    type: str
    config: Mapping[str, Any]
    settings: Mapping[str, Any] = field(default_factory=dict[str, Any])


Mapper = Callable[[MiniNode, Surroundings], Made]


def _http(node: MiniNode, around: Surroundings) -> Made:
    given = node.config
    method = str(given.get("method", "GET")).upper()
    parse = str(given.get("parse", "auto"))
    if method not in _METHODS or parse not in _PARSE:
        raise NotMapped(f"method {method!r} or parse mode {parse!r} has no counterpart")
    config: dict[str, Any] = {
        "method": method,
        "url": around.templates.text(str(given.get("url", ""))),
        "response": _PARSE[parse],
        "full_response": True,
        "timeout_s": _number(given.get("timeout"), _TIMEOUT_S, (0.1, 3600)),
    }
    headers = mapping(given.get("headers")).items()
    if headers:
        config["headers"] = [
            {"name": name, "value": around.templates.text(str(value))} for name, value in headers
        ]
    config |= _body(given.get("body"), around.templates)
    retries = int(_number(given.get("retries"), 1, (0, 99)))
    delay_s = _number(given.get("retry_delay"), _RETRY_DELAY_S, (0, 3600))
    retry = {
        "max_attempts": retries + 1,
        "first_delay_s": delay_s,
        "max_delay_s": delay_s,
        "factor": 1.0,
        "jitter": 0.0,
    }
    return Made(type="penstock/http.request", config=config, settings={"retry": retry})


def _body(body: Any, templates: Templates) -> dict[str, Any]:
    if isinstance(body, Mapping):
        # Mini-N8N makes a text of every value, and so the request is the same here.
        texts = {key: templates.text(str(value)) for key, value in mapping(body).items()}
        return {"body": "json", "json_body": texts}
    if isinstance(body, str):
        return {"body": "raw", "raw_body": templates.text(body)}
    return {}


def _input(node: MiniNode, around: Surroundings) -> Made:
    config = node.config
    type_ = _TYPES.get(str(config.get("type", "text")))
    if type_ is None:
        raise NotMapped(f"there is no type {config.get('type')!r} of inputs")
    key = str(config.get("input_key", "value"))
    if "value" in config:
        value = _constant(config["value"])
    else:
        read = f"{named(around.start)}.json{steps([key])}"
        value = f"={{{{ {read} }}}}"
        if "default" in config:
            value = f"={{{{ {read} ?? {literal(config['default'])} }}}}"
    return _set([{"name": name, "type": type_, "value": value} for name in ("output", "value")])


def input_fields(nodes: Sequence[MiniNode]) -> list[dict[str, Any]]:
    """The form of a workflow: what its input nodes ask for, each value once."""
    found: dict[str, dict[str, Any]] = {}
    for node in nodes:
        key = str(node.config.get("input_key", "value"))
        if node.type != "user_input" or "value" in node.config or key in found:
            continue
        row: dict[str, Any] = {
            "name": key,
            "type": _TYPES.get(str(node.config.get("type", "text")), "any"),
            "required": node.config.get("required", True) is True and "default" not in node.config,
        }
        if "default" in node.config:
            row["default"] = node.config["default"]
        if isinstance(node.config.get("prompt"), str):
            row["description"] = node.config["prompt"]
        found[key] = row
    return list(found.values())


def _condition(node: MiniNode, around: Surroundings) -> Made:
    script = condition_script(node.config, around.templates)
    if script is None:
        raise NotMapped("a condition has no counterpart")
    return _set(
        [
            {"name": "result", "value": f"={{{{ {script} }}}}"},
            {"name": "output", "value": f"={{{{ {script} }}}}"},
            {"name": "branch", "value": f'={{{{ {script} ? "true" : "false" }}}}'},
        ]
    )


def _output(node: MiniNode, around: Surroundings) -> Made:
    config, shape = node.config, str(node.config.get("format", "auto"))
    if isinstance(config.get("template"), str) and config["template"]:
        script = around.templates.script(config["template"])
        if not script.startswith('("")'):
            script = f"String({script})"
        entries = None
    else:
        entries = _selected(config, around)
        script = f"({{ {', '.join(f'{literal(key)}: {value}' for key, value in entries)} }})"
    result = _shaped(script, shape, is_object=entries is not None)
    return _set(
        [
            {"name": "output", "value": f"={{{{ {result} }}}}"},
            {"name": "result", "value": f"={{{{ {result} }}}}"},
            {"name": "format", "value": shape},
        ]
    )


def _selected(config: Mapping[str, Any], around: Surroundings) -> list[tuple[str, str]]:
    """Key and JavaScript of what an output node takes from the nodes before it."""
    given: dict[str, str] = {}
    for connection, source in around.incoming:
        given[connection.input] = around.templates.reference(f"{source.id}.{connection.output}")
        given[source.id] = f"{named(source.name)}.json"
    fields = [str(name) for name in sequence(config.get("fields"))]
    if not fields:
        return list(given.items())
    return [
        (name, around.templates.reference(name) if "." in name else given[name])
        for name in fields
        if name.partition(".")[0] in given
    ]


def _shaped(script: str, shape: str, *, is_object: bool) -> str:
    if shape == "list":
        return f"Object.values({script})" if is_object else f"[{script}]"
    if shape == "text" and is_object:
        line = (
            'entry[0] + ": " + (typeof entry[1] === "object" ? JSON.stringify(entry[1]) : entry[1])'
        )
        return f"Object.entries({script}).map((entry) => {line}).join({literal(chr(10))})"
    return script


def _set(rows: Sequence[Mapping[str, Any]]) -> Made:
    return Made(type="penstock/data.set", config={"assignments": rows, "include": "none"})


def _constant(value: Any) -> Any:
    """A fixed value; a text that looks like an expression stays a text."""
    is_expression = isinstance(value, str) and value.startswith("=")
    return f"={{{{ {literal(value)} }}}}" if is_expression else value


def _number(value: Any, default: float, limits: tuple[float, float]) -> float:
    known = isinstance(value, int | float) and not isinstance(value, bool)
    return min(max(value if known else default, limits[0]), limits[1])


def _http_keys(keys: Sequence[str]) -> str | None:
    ours = _HTTP_KEYS.get(keys[0]) if keys else None
    return steps([ours, *keys[1:]]) if ours else None


#: Where the keys of a node's output are, for the kinds where that is not simply there.
KEYS: Mapping[str, Keys] = {"http_request": _http_keys}

MAPPERS: Mapping[str, Mapper] = {
    "http_request": _http,
    "user_input": _input,
    "conditional_logic": _condition,
    "output": _output,
}

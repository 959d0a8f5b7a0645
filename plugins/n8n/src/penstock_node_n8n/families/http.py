"""HTTP Request, versions 1 to 4, and GraphQL."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

from penstock_node_n8n.source import Mapped, Mapper, Source, Unmapped, is_expression

_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})
#: n8n gives up after five minutes where nothing else is said.
_TIMEOUT_S = 300.0
_REDIRECTS = 20
_MOST_PAGES = 10_000
_FORM = "application/x-www-form-urlencoded"
#: Settings of forms that say nothing about the request.
_NOISE = (
    "curlImport",
    "infoMessage",
    "httpVariantWarning",
    "authentication",
    "genericAuthType",
    "nodeCredentialType",
    "preBuiltAgentsCallout",
)


def request(source: Source) -> Mapped:
    """HTTP Request of any version."""
    for name in _NOISE:
        source.read.add(name)
    config = _new(source) if source.version >= 3 else _old(source)
    config["ignore_tls"] = source.flag("allowUnauthorizedCerts") or source.flag(
        "options.allowUnauthorizedCerts"
    )
    config["timeout_s"] = _seconds(source.get("options.timeout"))
    proxy = source.text("options.proxy")
    if proxy:
        config["proxy"] = proxy
    return Mapped(type="penstock/http.request", config=config, remarks=_remarks(source))


def _remarks(source: Source) -> list[tuple[str, str, str]]:
    kind = source.text("nodeCredentialType") or source.text("genericAuthType")
    if not kind or source.text("authentication", "none") == "none":
        return []
    message = f"It used a credential of the type {kind!r}; choose one of ours that holds the same"
    return [("import.credential", message, "authentication")]


def _new(source: Source) -> dict[str, Any]:
    """Versions 3 and 4."""
    config: dict[str, Any] = {"method": _method(source, "method"), "url": source.text("url")}
    if source.flag("sendQuery"):
        config["query"] = _given(source, "specifyQuery", "queryParameters.parameters", "jsonQuery")
        config["arrays"] = _word(source, "options.queryParameterArrays", _ARRAYS, "brackets")
    if source.flag("sendHeaders"):
        config["headers"] = _given(
            source, "specifyHeaders", "headerParameters.parameters", "jsonHeaders"
        )
        source.read.add("options.lowercaseHeaders")  # headers have no case
    if source.flag("sendBody"):
        config |= _body(source)
    config |= _response(source) | _redirects(source) | _batches(source)
    pagination = _pagination(source)
    if pagination:
        config["pagination"] = pagination
    return config


_ARRAYS = {"brackets": "brackets", "repeat": "repeat", "indices": "indices"}


def _method(source: Source, path: str) -> str:
    method = source.text(path, "GET")
    literal = _literal(method).upper()
    if literal in _METHODS:
        return literal
    if is_expression(method):
        return method
    raise Unmapped(f"There is no method {method!r}", field=path)


def _literal(value: str) -> str:
    """What is marked as an expression and holds none is a text."""
    return value[1:] if value.startswith("=") and "{{" not in value else value


def _word(source: Source, path: str, choices: Mapping[str, str], default: str) -> str:
    value = _literal(source.text(path, default))
    if value not in choices:
        raise Unmapped(f"{path} is set to {value!r}, which has no counterpart", field=path)
    return choices[value]


def _given(source: Source, how: str, rows: str, text: str) -> Any:
    """Names and values: as rows, or as one JSON object."""
    if _word(source, how, {"keypair": "rows", "json": "json"}, "keypair") == "rows":
        return _pairs(source, rows)
    return _named(source, text)


def _pairs(source: Source, path: str) -> list[dict[str, Any]]:
    found = [
        {"name": str(row.get("name", "")), "value": row.get("value", "")}
        for row in source.rows(path)
    ]
    return [row for row in found if row["name"]]


def _named(source: Source, path: str) -> Any:
    """JSON of names and values as rows, or the expression that will give it."""
    value = _json(source, path)
    if isinstance(value, Mapping):
        members = cast("Mapping[str, Any]", value).items()
        return [{"name": name, "value": inner} for name, inner in members]
    if is_expression(value):
        return value
    raise Unmapped("This is no JSON object", field=path)


def _json(source: Source, path: str) -> Any:
    """JSON as a value where it parses already, else as the text that will give it."""
    value = source.get(path, {})
    if not isinstance(value, str):
        return value
    try:
        return json.loads(_literal(value)) if value.strip() else {}
    except (ValueError, RecursionError):
        return value


def _body(source: Source) -> dict[str, Any]:
    kind = _word(
        source,
        "contentType",
        {
            "json": "json",
            "form-urlencoded": "form",
            "multipart-form-data": "multipart",
            "binaryData": "binary",
            "raw": "raw",
        },
        "json",
    )
    if kind == "raw":
        return {
            "body": "raw",
            "raw_body": source.text("body"),
            "content_type": _literal(source.text("rawContentType")),
        }
    if kind == "binary":
        field = _literal(source.text("inputDataFieldName", "data"))
        return {"body": "binary", "binary_field": field}
    if kind == "multipart":
        rows = source.rows("bodyParameters.parameters")
        return {"body": "multipart", "parts": [_part(row) for row in rows]}
    words = {"keypair": "rows", "json": "json", "string": "text"}
    how = _word(source, "specifyBody", words, "keypair")
    if kind == "json":
        return {"body": "json", "json_body": _json_body(source, how)}
    if how == "rows":
        return {"body": "form", "form_fields": _pairs(source, "bodyParameters.parameters")}
    return {"body": "raw", "raw_body": source.text("body"), "content_type": _FORM}


def _json_body(source: Source, how: str) -> Any:
    if how != "rows":
        return _json(source, "jsonBody")
    return _members(_pairs(source, "bodyParameters.parameters"))


def _members(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {row["name"]: row["value"] for row in rows}


def _part(row: Mapping[str, Any]) -> dict[str, Any]:
    name = str(row.get("name", ""))
    if row.get("parameterType") == "formBinaryData":
        return {"name": name, "kind": "file", "value": row.get("inputDataFieldName", "data")}
    return {"name": name, "kind": "text", "value": row.get("value", "")}


def _response(source: Source) -> dict[str, Any]:
    at = "options.response.response"
    words = {"autodetect": "auto", "json": "json", "text": "text", "file": "file"}
    return {
        "response": _word(source, f"{at}.responseFormat", words, "autodetect"),
        "full_response": source.flag(f"{at}.fullResponse"),
        "full_names": "statusCode",
        "never_fail": source.flag(f"{at}.neverError"),
        "output_field": source.text(f"{at}.outputPropertyName", "data"),
    }


def _redirects(source: Source) -> dict[str, Any]:
    at = "options.redirect.redirect"
    # Where the option was added, version 3 left redirects alone unless it was switched on.
    default = source.version >= 4 or source.get("options.redirect") is None
    most = source.get(f"{at}.maxRedirects", _REDIRECTS)
    return {
        "follow_redirects": source.flag(f"{at}.followRedirects", default=default),
        "max_redirects": most if is_expression(most) else max(1, min(int(most), _REDIRECTS)),
    }


def _batches(source: Source) -> dict[str, Any]:
    at = "options.batching.batch"
    if not isinstance(source.get(at), Mapping):
        return {}
    size = source.get(f"{at}.batchSize", 50)
    return {
        # -1 is all of them.
        "batch_size": size if is_expression(size) else max(0, int(size)),
        "batch_interval_ms": source.get(f"{at}.batchInterval", 1000),
    }


def _pagination(source: Source) -> dict[str, Any]:
    at = "options.pagination.pagination"
    if not isinstance(source.get(at), Mapping):
        return {}
    modes = {
        "off": "off",
        "updateAParameterInEachRequest": "parameters",
        "responseContainsNextURL": "next_url",
    }
    mode = _word(source, f"{at}.paginationMode", modes, "updateAParameterInEachRequest")
    if mode == "off":
        return {}
    complete = {"responseIsEmpty": "empty", "receiveSpecificStatusCodes": "status"}
    limited = source.flag(f"{at}.limitPagesFetched")
    most = source.get(f"{at}.maxRequests", 100)
    return {
        "mode": mode,
        "from_first": True,
        "keep_query": True,
        "fail_when_same": True,
        "next_url": source.text(f"{at}.nextURL"),
        "parameters": [_changed(row) for row in source.rows(f"{at}.parameters.parameters")],
        "complete_when": _word(
            source,
            f"{at}.paginationCompleteWhen",
            {**complete, "other": "expression"},
            "responseIsEmpty",
        ),
        "statuses": source.text(f"{at}.statusCodesWhenComplete"),
        "complete_expression": source.text(f"{at}.completeExpression"),
        "max_pages": most if limited else _MOST_PAGES,
        "at_limit": "stop" if limited else "fail",
        "interval_ms": source.get(f"{at}.requestInterval", 0),
    }


def _changed(row: Mapping[str, Any]) -> dict[str, Any]:
    places = {"qs": "query", "headers": "header", "body": "body"}
    return {
        "place": places.get(str(row.get("type", "qs")), "query"),
        "name": str(row.get("name", "")),
        "value": row.get("value", ""),
    }


def _seconds(timeout: Any) -> Any:
    """Milliseconds as seconds."""
    if timeout is None:
        return _TIMEOUT_S
    if is_expression(timeout):
        raise Unmapped("The time limit is an expression", field="options.timeout")
    return min(3600.0, max(0.1, float(timeout) / 1000))


def _old(source: Source) -> dict[str, Any]:
    """Versions 1 and 2."""
    path = "requestMethod"
    config: dict[str, Any] = {"method": _method(source, path), "url": source.text("url")}
    for ours, theirs in (("query", "queryParameters"), ("headers", "headerParameters")):
        config[ours] = _old_given(source, theirs)
    if config["method"] not in ("GET", "HEAD", "OPTIONS"):
        config |= _old_body(source)
    words = {"json": "json", "string": "text", "file": "file"}
    config |= {
        "arrays": _word(source, "options.queryParameterArrays", _ARRAYS, "repeat"),
        "response": _word(source, "responseFormat", words, "json"),
        "output_field": source.text(
            "binaryPropertyName" if source.get("responseFormat") == "file" else "dataPropertyName",
            "data",
        ),
        "full_response": source.flag("options.fullResponse"),
        "full_names": "statusCode",
        "never_fail": source.flag("options.ignoreResponseCode"),
        "split": source.flag("options.splitIntoItems"),
        "follow_redirects": _old_follows(source, str(config["method"])),
        "max_redirects": _REDIRECTS,
    }
    source.read |= {"options.useStream", "dataPropertyName", "binaryPropertyName"}
    if source.get("options.batchInterval") is not None or source.get("options.batchSize"):
        config["batch_size"] = max(0, int(source.get("options.batchSize", 50)))
        config["batch_interval_ms"] = source.get("options.batchInterval", 1000)
    return {key: value for key, value in config.items() if value not in ([], {})}


def _old_follows(source: Source, method: str) -> Any:
    everywhere = source.flag("options.followAllRedirects")
    # What sends a body was redirected only where that was asked for.
    default = method in ("GET", "HEAD")
    here = source.flag("options.followRedirect", default=default)
    return True if everywhere is True else here


def _old_given(source: Source, name: str) -> Any:
    if source.flag("jsonParameters"):
        return _named(source, f"{name}Json")
    return _pairs(source, f"{name}Ui.parameter")


def _old_body(source: Source) -> dict[str, Any]:
    words = {
        "json": "json",
        "form-urlencoded": "form",
        "multipart-form-data": "multipart",
        "raw": "raw",
    }
    kind = _word(source, "options.bodyContentType", words, "json")
    as_json = source.flag("jsonParameters")
    mime = _literal(source.text("options.bodyContentCustomMimeType"))
    if source.flag("sendBinaryData"):
        return _old_binary(source, kind, mime)
    if kind == "raw":
        return {"body": "raw", "raw_body": source.text("bodyParametersJson"), "content_type": mime}
    rows = [] if as_json else _pairs(source, "bodyParametersUi.parameter")
    if kind == "multipart":
        return {"body": "multipart", "parts": [{**row, "kind": "text"} for row in rows]}
    if kind == "form":
        return {"body": "form", "form_fields": _old_given(source, "bodyParameters")}
    body = _json(source, "bodyParametersJson") if as_json else _members(rows)
    return {"body": "json", "json_body": body} if body else {}


def _old_binary(source: Source, kind: str, mime: str) -> dict[str, Any]:
    names = _literal(source.text("binaryPropertyName", "data"))
    if kind != "multipart":
        return {"body": "binary", "binary_field": names, "content_type": mime}
    parts: list[dict[str, Any]] = []
    for entry in names.split(","):
        name, _, field = entry.strip().rpartition(":")
        parts.append({"name": name or field, "kind": "file", "value": field})
    rows = _pairs(source, "bodyParametersUi.parameter")
    return {"body": "multipart", "parts": [*parts, *({**row, "kind": "text"} for row in rows)]}


def graphql(source: Source) -> Mapped:
    """GraphQL."""
    source.read.add("authentication")
    config: dict[str, Any] = {
        "endpoint": source.text("endpoint"),
        "method": _word(source, "requestMethod", {"GET": "GET", "POST": "POST"}, "POST"),
        "query": source.text("query"),
        "headers": _pairs(source, "headerParametersUi.parameter"),
        "ignore_tls": source.flag("allowUnauthorizedCerts"),
        "response": _word(source, "responseFormat", {"json": "json", "string": "text"}, "json"),
        "output_field": source.text("dataPropertyName", "data"),
        "timeout_s": _TIMEOUT_S,
    }
    default = "json" if source.version >= 1.1 else "graphql"
    formats = {"json": "json", "graphql": "graphql"}
    config["request_format"] = _word(source, "requestFormat", formats, default)
    config["operation_name"] = source.text("operationName")
    config["variables"] = _json(source, "variables")
    return Mapped(type="penstock/http.graphql", config=config)


MAPPINGS: Mapping[str, Mapper] = {
    "n8n-nodes-base.httpRequest": request,
    "n8n-nodes-base.graphql": graphql,
}

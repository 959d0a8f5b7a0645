"""HTTP requests, GraphQL and feeds of n8n become ours with everything that they were told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from penstock_node_n8n.families import mappings
from penstock_node_n8n.source import Mapped, Source, Unmapped
from penstock_node_n8n.unused import unused


def mapped(version: float, parameters: Mapping[str, Any], kind: str = "httpRequest") -> Mapped:
    source = Source(f"n8n-nodes-base.{kind}", version, parameters)
    found = mappings()[source.type](source)
    assert unused(source.parameters, source.read) == []
    return found


def config(version: float, parameters: Mapping[str, Any]) -> dict[str, Any]:
    return dict(mapped(version, parameters).config)


def rows(**values: Any) -> list[dict[str, Any]]:
    return [{"name": name, "value": value} for name, value in values.items()]


URL = "https://api.example.com/"


def test_a_request_without_anything_is_a_get() -> None:
    found = config(4.2, {"url": URL, "options": {}})

    assert (found["method"], found["url"], found["response"]) == ("GET", URL, "auto")
    assert (found["follow_redirects"], found["timeout_s"]) == (True, 300.0)
    assert "body" not in found
    assert "pagination" not in found


def test_query_headers_and_body_count_only_where_they_are_switched_on() -> None:
    given = {
        "url": URL,
        "queryParameters": {"parameters": rows(a="1")},
        "headerParameters": {"parameters": rows(b="2")},
        "bodyParameters": {"parameters": rows(c="3")},
    }
    source = Source("n8n-nodes-base.httpRequest", 4.2, given)
    off = mappings()[source.type](source).config
    on = config(4.2, {**given, "sendQuery": True, "sendHeaders": True, "sendBody": True})

    assert not {"query", "headers", "body"} & off.keys()
    assert (on["query"], on["headers"]) == (rows(a="1"), rows(b="2"))
    assert (on["body"], on["json_body"]) == ("json", {"c": "3"})


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param('{"a": 1}', {"a": 1}, id="json"),
        pytest.param('={"a": 1}', {"a": 1}, id="json-marked-as-expression"),
        pytest.param('={"a": {{ $json.a }}}', '={"a": {{ $json.a }}}', id="template"),
        pytest.param("={{ $json }}", "={{ $json }}", id="expression"),
        pytest.param("", {}, id="nothing"),
        pytest.param({"a": 1}, {"a": 1}, id="object"),
    ],
)
def test_a_json_body_is_a_value_where_it_can_be(given: Any, expected: Any) -> None:
    parameters = {"url": URL, "sendBody": True, "specifyBody": "=json", "jsonBody": given}

    assert config(4.2, parameters)["json_body"] == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param(
            {"contentType": "form-urlencoded", "bodyParameters": {"parameters": rows(a="1")}},
            {"body": "form", "form_fields": rows(a="1")},
            id="form",
        ),
        pytest.param(
            {"contentType": "form-urlencoded", "specifyBody": "string", "body": "a=1"},
            {
                "body": "raw",
                "raw_body": "a=1",
                "content_type": "application/x-www-form-urlencoded",
            },
            id="form-as-text",
        ),
        pytest.param(
            {"contentType": "raw", "rawContentType": "text/xml", "body": "<a/>"},
            {"body": "raw", "raw_body": "<a/>", "content_type": "text/xml"},
            id="raw",
        ),
        pytest.param(
            {"contentType": "binaryData", "inputDataFieldName": "=data"},
            {"body": "binary", "binary_field": "data"},
            id="file",
        ),
        pytest.param(
            {
                "contentType": "multipart-form-data",
                "bodyParameters": {
                    "parameters": [
                        {"name": "t", "value": "x"},
                        {
                            "name": "f",
                            "parameterType": "formBinaryData",
                            "inputDataFieldName": "pic",
                        },
                    ]
                },
            },
            {
                "body": "multipart",
                "parts": [
                    {"name": "t", "kind": "text", "value": "x"},
                    {"name": "f", "kind": "file", "value": "pic"},
                ],
            },
            id="multipart",
        ),
    ],
)
def test_every_kind_of_body_is_known(given: dict[str, Any], expected: dict[str, Any]) -> None:
    found = config(4.2, {"method": "POST", "url": URL, "sendBody": True, **given})

    assert {key: found[key] for key in expected} == expected


def test_options_are_carried_over() -> None:
    given = {
        "batching": {"batch": {"batchSize": 5, "batchInterval": 2000}},
        "redirect": {"redirect": {"followRedirects": False}},
        "response": {
            "response": {
                "fullResponse": True,
                "neverError": True,
                "responseFormat": "file",
                "outputPropertyName": "pdf",
            }
        },
        "proxy": "http://proxy.example:8080",
        "timeout": 10_000,
        "allowUnauthorizedCerts": True,
        "queryParameterArrays": "indices",
    }

    found = config(4.2, {"url": URL, "sendQuery": True, "options": given})

    expected = {
        "batch_size": 5,
        "batch_interval_ms": 2000,
        "follow_redirects": False,
        "full_response": True,
        "full_names": "statusCode",
        "never_fail": True,
        "response": "file",
        "output_field": "pdf",
        "proxy": "http://proxy.example:8080",
        "timeout_s": 10.0,
        "ignore_tls": True,
        "arrays": "indices",
    }
    assert {key: found[key] for key in expected} == expected


def test_pagination_counts_from_the_first_request() -> None:
    given = {
        "parameters": {"parameters": [{"type": "body", "name": "skip", "value": "={{ 1 }}"}]},
        "limitPagesFetched": True,
        "maxRequests": 3,
        "paginationCompleteWhen": "receiveSpecificStatusCodes",
        "statusCodesWhenComplete": "404",
        "requestInterval": 50,
    }

    found = config(4.1, {"url": URL, "options": {"pagination": {"pagination": given}}})

    expected = {
        "mode": "parameters",
        "from_first": True,
        "parameters": [{"place": "body", "name": "skip", "value": "={{ 1 }}"}],
        "complete_when": "status",
        "statuses": "404",
        "max_pages": 3,
        "at_limit": "stop",
        "interval_ms": 50,
    }
    assert {key: found["pagination"][key] for key in expected} == expected


def test_a_credential_is_to_be_chosen() -> None:
    found = mapped(
        4.2,
        {
            "url": URL,
            "authentication": "genericCredentialType",
            "genericAuthType": "httpHeaderAuth",
        },
    )

    assert [(code, field) for code, _, field in found.remarks] == [
        ("import.credential", "authentication")
    ]


def test_the_first_version_kept_its_parameters_elsewhere() -> None:
    found = config(
        1,
        {
            "requestMethod": "POST",
            "url": URL,
            "responseFormat": "string",
            "dataPropertyName": "text",
            "allowUnauthorizedCerts": True,
            "queryParametersUi": {"parameter": rows(q="1")},
            "headerParametersUi": {"parameter": rows(h="2")},
            "bodyParametersUi": {"parameter": rows(b="3")},
            "options": {"bodyContentType": "form-urlencoded", "ignoreResponseCode": True},
        },
    )

    expected = {
        "method": "POST",
        "response": "text",
        "output_field": "text",
        "ignore_tls": True,
        "query": rows(q="1"),
        "headers": rows(h="2"),
        "body": "form",
        "form_fields": rows(b="3"),
        "never_fail": True,
        "split": False,
        "follow_redirects": False,
    }
    assert {key: found[key] for key in expected} == expected


def test_the_first_version_could_give_parameters_as_json() -> None:
    found = config(
        1,
        {
            "requestMethod": "PUT",
            "url": URL,
            "jsonParameters": True,
            "queryParametersJson": '{"q": 1}',
            "headerParametersJson": "={{ $json.h }}",
            "bodyParametersJson": '{"b": [1]}',
            "options": {"splitIntoItems": True, "batchSize": 2, "batchInterval": 100},
        },
    )

    assert (found["query"], found["headers"]) == (rows(q=1), "={{ $json.h }}")
    assert (found["json_body"], found["split"]) == ({"b": [1]}, True)
    assert (found["batch_size"], found["batch_interval_ms"]) == (2, 100)


def test_the_first_version_uploads_files() -> None:
    base = {"requestMethod": "POST", "url": URL, "sendBinaryData": True}
    many = {
        **base,
        "binaryPropertyName": "a:x, y",
        "options": {"bodyContentType": "multipart-form-data"},
    }
    raw = {"bodyContentType": "raw", "bodyContentCustomMimeType": "image/png"}

    assert config(1, many)["parts"] == [
        {"name": "a", "kind": "file", "value": "x"},
        {"name": "y", "kind": "file", "value": "y"},
    ]
    one = config(1, {**base, "options": raw})
    assert (one["body"], one["binary_field"], one["content_type"]) == (
        "binary",
        "data",
        "image/png",
    )


@pytest.mark.parametrize(
    "parameters",
    [
        {"method": "BREW"},
        {"sendBody": True, "contentType": "morse"},
        {"options": {"timeout": "={{ $json.t }}"}},
        {"options": {"pagination": {"pagination": {"paginationMode": "guess"}}}},
    ],
)
def test_what_has_no_counterpart_is_not_guessed(parameters: dict[str, Any]) -> None:
    with pytest.raises(Unmapped):
        mapped(4.2, {"url": URL, **parameters})


def test_graphql_sends_json_where_its_version_did() -> None:
    given = {
        "endpoint": URL,
        "query": "{ a }",
        "variables": '{"id": 1}',
        "headerParametersUi": {"parameter": rows(h="2")},
        "responseFormat": "string",
        "dataPropertyName": "raw",
    }

    new, old = (dict(mapped(version, given, "graphql").config) for version in (1.1, 1))

    assert (new["request_format"], old["request_format"]) == ("json", "graphql")
    assert (new["variables"], new["response"], new["output_field"]) == ({"id": 1}, "text", "raw")
    assert new["headers"] == rows(h="2")


def test_a_feed_keeps_its_custom_fields() -> None:
    given = {"url": URL, "options": {"customFields": "a, b", "ignoreSSL": True}}

    assert mapped(1.2, given, "rssFeedRead").config == {
        "url": URL,
        "extra_fields": "a, b",
        "ignore_tls": True,
    }

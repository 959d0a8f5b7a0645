from typing import Any

import pytest

from penstock_node_http.curl import from_curl
from penstock_sdk import NodeFailed

URL = "https://api.example.com/v1"


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        pytest.param(f"curl {URL}", {"method": "GET", "url": URL}, id="plain"),
        pytest.param(
            f"curl '{URL}?a=1&b=' -H 'X-Own: yes'",
            {
                "method": "GET",
                "url": URL,
                "query": [{"name": "a", "value": "1"}, {"name": "b", "value": ""}],
                "headers": [{"name": "X-Own", "value": "yes"}],
            },
            id="query-and-header",
        ),
        pytest.param(
            f"curl -XDELETE {URL} -L",
            {"method": "DELETE", "url": URL, "follow_redirects": True},
            id="method-joined-to-its-option",
        ),
        pytest.param(
            f'curl {URL} \\\n  -H "Content-Type: application/json" \\\n  --data-raw \'{{"a": [1, 2]}}\'',
            {
                "method": "POST",
                "url": URL,
                "body": "json",
                "json_body": {"a": [1, 2]},
                "headers": [{"name": "Content-Type", "value": "application/json"}],
            },
            id="json-over-several-lines",
        ),
        pytest.param(
            f"curl {URL} -d a=1 -d b=2",
            {
                "method": "POST",
                "url": URL,
                "body": "form",
                "form_fields": [{"name": "a", "value": "1"}, {"name": "b", "value": "2"}],
            },
            id="form",
        ),
        pytest.param(
            f"curl -G {URL} -d a=1",
            {"method": "GET", "url": URL, "query": [{"name": "a", "value": "1"}]},
            id="data-as-query",
        ),
        pytest.param(
            f"curl -u me:secret -k -m 5 -x http://p:1 {URL}",
            {
                "method": "GET",
                "url": URL,
                "ignore_tls": True,
                "timeout_s": 5.0,
                "proxy": "http://p:1",
                "headers": [{"name": "Authorization", "value": "Basic bWU6c2VjcmV0"}],
            },
            id="user-tls-timeout-proxy",
        ),
        pytest.param(
            f"curl {URL} -F name=x -F file=@/tmp/a.png",
            {
                "method": "POST",
                "url": URL,
                "body": "multipart",
                "parts": [
                    {"name": "name", "kind": "text", "value": "x"},
                    {"name": "file", "kind": "file", "value": "data"},
                ],
            },
            id="multipart",
        ),
    ],
)
def test_a_curl_command_becomes_the_same_request(command: str, expected: dict[str, Any]) -> None:
    assert from_curl(command) == {"follow_redirects": False, **expected}


@pytest.mark.parametrize(
    "command",
    ["", "wget x", "curl", "curl 'x", "curl -d @/etc/passwd x", "curl --unknown x", "curl -H", "curl " + "x" * 200_000],
    ids=["empty", "other-program", "no-url", "open-quote", "reads-a-file", "unknown-option", "lacks-value", "huge"],
)  # fmt: skip
def test_what_cannot_be_imported_says_why(command: str) -> None:
    with pytest.raises(NodeFailed, match=r"."):
        from_curl(command)

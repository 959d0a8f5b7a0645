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


@pytest.mark.parametrize(
    ("command", "target", "body"),
    [
        pytest.param("-d 'a=1&b=x y' -d c=%26", "/", b"a=1&b=x+y&c=%26", id="form"),
        pytest.param("--data-urlencode 'q=a&b=+ä'", "/", b"q=a%26b%3D%2B%C3%A4", id="urlencoded"),
        pytest.param("-d 'just text'", "/", b"just text", id="text"),
        pytest.param("""-d '{"a": "b=c"}'""", "/", b'{"a": "b=c"}', id="json-called-a-form"),
        pytest.param("--json '[1]' --json ''", "/", b"[1]", id="json"),
        pytest.param("-G --data-urlencode 'q=a&b' -d n=1", "/?q=a%26b&n=1", b"", id="query"),
        pytest.param(r"--data-raw $'it\'s\n\u00e4'", "/", "it's\nä".encode(), id="ansi-quotes"),
        pytest.param("-X PATCH --data-binary 'x\n y'", "/", b"x\n y", id="binary-data"),
    ],
)
async def test_an_imported_command_sends_what_curl_would(
    lab: Any, command: str, target: str, body: bytes
) -> None:
    config = from_curl(f"curl '{lab.api.url()}' {command}")

    seen = await lab.sent(config)

    assert (seen.target, seen.body) == (target, body)

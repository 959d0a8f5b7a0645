import pytest

from penstock_sandbox.egress.grants import ANY_HOST, HttpGrant, granted


@pytest.mark.parametrize(
    ("pattern", "url", "covered"),
    [
        pytest.param("https://api.example.com", ("https", "api.example.com", 443), True, id="same"),
        pytest.param("https://api.example.com", ("http", "api.example.com", 80), False, id="scheme"),
        pytest.param("https://api.example.com", ("https", "api.example.com", 8443), False, id="port"),
        pytest.param("https://api.example.com:8443", ("https", "api.example.com", 8443), True, id="named-port"),
        pytest.param("https://api.example.com:*", ("https", "api.example.com", 9), True, id="any-port"),
        pytest.param("*.example.com", ("https", "a.b.example.com", 443), True, id="labels"),
        pytest.param("*.example.com", ("https", "example.com", 443), False, id="no-label"),
        pytest.param("*.example.com", ("https", "notexample.com", 443), False, id="suffix-of-a-label"),
        pytest.param("*.example.com", ("https", ".example.com", 443), False, id="empty-label"),
        pytest.param("https://API.example.com", ("https", "api.Example.com.", 443), True, id="case-and-dot"),
        pytest.param("http://[2001:db8::1]:81", ("http", "2001:db8::1", 81), True, id="ipv6"),
        pytest.param("*", ("http", "anything", 80), True, id="any"),
    ],
)  # fmt: skip
def test_a_grant_covers_what_its_pattern_says(
    pattern: str, url: tuple[str, str, int], covered: bool
) -> None:
    scheme, host, port = url

    found = granted([HttpGrant(hosts=(pattern,))], "GET", scheme=scheme, host=host, port=port)

    assert found is covered


def test_a_method_that_was_not_granted_is_refused() -> None:
    grant = HttpGrant(hosts=("*",), methods=("GET",))

    assert granted([grant], "get", scheme="https", host="a", port=443)
    assert not granted([grant], "POST", scheme="https", host="a", port=443)


def test_nothing_is_granted_by_default() -> None:
    assert not granted([], "GET", scheme="https", host="a", port=443)
    assert granted(ANY_HOST, "GET", scheme="https", host="a", port=443)

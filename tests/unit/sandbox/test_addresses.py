import pytest

from penstock_sandbox.egress.addresses import Allowed, refusal

NOTHING = Allowed()


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.9.10", "0.0.0.0", "10.0.0.1",  # noqa: S104
        "172.16.0.1", "172.31.255.255",
        "192.168.1.1", "169.254.169.254", "100.64.0.1", "100.100.100.200", "192.0.0.8",
        "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.9", "224.0.0.1", "239.255.255.250",
        "240.0.0.1", "255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254",
        "::ffff:10.1.2.3", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::a00:1", "2002:7f00:1::", "2002:a9fe:a9fe::1", "2002:c0a8:101::1",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2", "fc00::1", "fd00:ec2::254", "fe80::1",
        "fe80::1%eth0", "fec0::1", "ff02::1", "2001:db8::1", "100::1", "fe80::5efe:7f00:1",
    ],
)  # fmt: skip
def test_an_address_that_is_not_public_is_refused(address: str) -> None:
    assert refusal(address, NOTHING) is not None


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "1.1.1.1", "93.184.216.34", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"],
)  # fmt: skip
def test_a_public_address_is_reached(address: str) -> None:
    assert refusal(address, NOTHING) is None


@pytest.mark.parametrize(
    ("words", "address", "reached"),
    [
        pytest.param(["127.0.0.0/8"], "127.0.0.1", True, id="network"),
        pytest.param(["127.0.0.1"], "127.0.0.1", True, id="single-address"),
        pytest.param(["127.0.0.1"], "127.0.0.2", False, id="neighbour"),
        pytest.param(["127.0.0.1"], "::ffff:127.0.0.1", True, id="mapped-form-of-it"),
        pytest.param(["10.0.0.0/8"], "169.254.169.254", False, id="metadata-stays-refused"),
    ],
)
def test_what_the_operator_allowed_is_reached_and_nothing_else(
    words: list[str], address: str, reached: bool
) -> None:
    assert (refusal(address, Allowed.parse(words)) is None) is reached


def test_a_word_with_a_slash_that_is_no_network_is_told_at_once() -> None:
    with pytest.raises(ValueError, match=r"10\.0\.0\.0/99"):
        Allowed.parse(["10.0.0.0/99"])


def test_a_host_is_allowed_by_name_in_any_case() -> None:
    assert Allowed.parse(["Intern.Example"]).host("intern.example.")

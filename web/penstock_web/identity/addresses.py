"""Where calls come from, and from where they may.

The rules:

* What a proxy says of the caller counts only if the proxy is one that the operator named, and only
  as far as all that stand behind it are: the last address that is no such proxy is the caller.
* An address of version 4 that is written as one of version 6 is the same address.
* An empty list allows everything; a list that cannot be read, nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import ClassVar

from starlette.requests import HTTPConnection

from penstock_sdk import PenstockError

MOST = 200


class NetworkInvalid(PenstockError):
    """This is no address and no network."""

    code: ClassVar[str] = "network.invalid"


class AddressDenied(PenstockError):
    """Calls are not taken from there."""

    code: ClassVar[str] = "address.denied"


def checked(networks: Sequence[str]) -> tuple[str, ...]:
    """A list of networks as it is kept.

    Raises:
        NetworkInvalid: One of them is none, or there are too many.
    """
    if len(networks) > MOST:
        raise NetworkInvalid(f"At most {MOST} networks can be listed.", hint="Use larger ones.")
    try:
        return tuple(str(ip_network(one.strip(), strict=False)) for one in networks)
    except ValueError as error:
        hint = "Write it as 192.0.2.7, 192.0.2.0/24 or 2001:db8::/32."
        raise NetworkInvalid(f"There is a network that is none: {error}.", hint=hint) from error


def allowed(address: str, networks: Sequence[str]) -> bool:
    """May a call come from an address?"""
    if not networks:
        return True
    found = _address(address)
    return found is not None and any(found in one for one in _networks(tuple(networks)))


def require(address: str, networks: Sequence[str], whose: str) -> None:
    """Go on only where a call may come from an address.

    Raises:
        AddressDenied: It may not.
    """
    if not allowed(address, networks):
        message = f"The {whose} takes no calls from {address or 'an unknown address'}."
        raise AddressDenied(message, hint="Whoever administers it can add the network.")


def within(networks: Sequence[str], wider: Sequence[str]) -> bool:
    """May calls come from nowhere that a wider list does not allow?"""
    if not wider:
        return True
    found = _networks(tuple(networks))
    return bool(found) and all(_inside(one, _networks(tuple(wider))) for one in found)


def caller(connection: HTTPConnection, proxies: Sequence[str]) -> str:
    """The address that a call comes from."""
    address = connection.client.host if connection.client else ""
    if not proxies:
        return address
    passed = [
        one.strip()
        for value in connection.headers.getlist("x-forwarded-for")
        for one in value.split(",")
    ]
    while passed and _is_proxy(address, proxies):
        address = passed.pop()
    return address if _address(address) is not None else ""


def is_loopback(address: str) -> bool:
    """Is it this machine itself?"""
    found = _address(address)
    return found is not None and found.is_loopback


def _is_proxy(address: str, proxies: Sequence[str]) -> bool:
    return _address(address) is not None and allowed(address, proxies)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(text)
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found


def _inside(network: IPv4Network | IPv6Network, wider: Sequence[IPv4Network | IPv6Network]) -> bool:
    if isinstance(network, IPv4Network):
        return any(isinstance(one, IPv4Network) and network.subnet_of(one) for one in wider)
    return any(isinstance(one, IPv6Network) and network.subnet_of(one) for one in wider)


@lru_cache(maxsize=1_000)
def _networks(networks: tuple[str, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    found: list[IPv4Network | IPv6Network] = []
    for one in networks:
        try:
            found.append(ip_network(one, strict=False))
        except ValueError:
            return ()
    return tuple(found)

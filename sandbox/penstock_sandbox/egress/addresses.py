"""Which addresses nodes may reach. Pure.

The rules, in order:

* An address that hides an IPv4 address (mapped, compatible, NAT64, 6to4, Teredo) is judged as that
  one too.
* What the operator allowed, by network or by host name, is allowed.
* Everything that is not a public unicast address is refused: loopback, private, link-local (and
  with it the metadata services of clouds), carrier-grade NAT, multicast, reserved, unspecified.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

import msgspec

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_NAT64 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))
_COMPATIBLE = IPv6Network("::/96")
_ISATAP = 0x5EFE
#: Not public either, whatever this version of Python knows about them.
_SPECIAL = tuple(
    ip_network(text) for text in ("192.0.0.0/24", "192.88.99.0/24", "fec0::/10", "100::/64")
)


class Allowed(msgspec.Struct, frozen=True):
    """What the operator allows beyond the public internet."""

    networks: tuple[Network, ...] = ()
    hosts: frozenset[str] = frozenset()

    @classmethod
    def parse(cls, words: Iterable[str]) -> Allowed:
        """Read networks (`10.0.0.0/8`, `127.0.0.1`) and host names.

        Raises:
            ValueError: A word with a slash is no network.
        """
        networks: list[Network] = []
        hosts: set[str] = set()
        for word in (word.strip().lower() for word in words):
            if not word:
                continue
            try:
                networks.append(ip_network(word, strict=False))
            except ValueError:
                if "/" in word:
                    raise
                hosts.add(word.rstrip("."))
        return cls(tuple(networks), frozenset(hosts))

    def host(self, name: str) -> bool:
        """May this host be reached whatever its address?"""
        return name.lower().rstrip(".") in self.hosts

    def address(self, address: Address) -> bool:
        """Does one of the networks hold this address?"""
        return any(
            address.version == network.version and address in network for network in self.networks
        )


def refusal(text: str, allowed: Allowed) -> str | None:
    """Why this address may not be reached, or None."""
    address = ip_address(text.split("%", 1)[0])
    for face in _faces(address):
        if allowed.address(face):
            continue
        if (kind := _kind(face)) is not None:
            return f"{text} is {kind}"
    return None


def _faces(address: Address) -> list[Address]:
    """The address, and the IPv4 addresses that it hides."""
    if isinstance(address, IPv4Address):
        return [address]
    hidden: list[Address] = []
    if address.ipv4_mapped is not None:
        return [address.ipv4_mapped]
    if address.sixtofour is not None:
        hidden.append(address.sixtofour)
    if address.teredo is not None:
        hidden.extend(address.teredo)
    low = int(address) & 0xFFFFFFFF
    if any(address in network for network in _NAT64):
        return [IPv4Address(low)]
    if address in _COMPATIBLE and low > 1:
        hidden.append(IPv4Address(low))
    if (int(address) >> 32) & 0xFFFF == _ISATAP:
        hidden.append(IPv4Address(low))
    return [address, *hidden]


def _kind(address: Address) -> str | None:
    """What keeps an address from being public, or None."""
    checks = (
        (address.is_unspecified, "the unspecified address"),
        (address.is_loopback, "a loopback address"),
        (address.is_link_local, "a link-local address (cloud metadata services live there)"),
        (address.is_multicast, "a multicast address"),
        (address.is_private, "a private address"),
        (address.is_reserved, "a reserved address"),
        (not address.is_global, "not a public address"),
        (any(address in network for network in _SPECIAL), "an address for special use"),
    )
    return next((kind for applies, kind in checks if applies), None)

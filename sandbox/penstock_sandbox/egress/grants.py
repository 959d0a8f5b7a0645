"""Which requests a package was granted: scheme, host pattern, port and method. Pure.

A pattern is `https://api.example.com`, `https://*.example.com:8443`, `*.example.com` (https) or `*`
(any host, http and https). `*.` stands for one or more labels and never for none. Without a port
the scheme's own port is meant; `:*` is any.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

_PORTS = {"http": 80, "https": 443}


class HttpGrant(msgspec.Struct, frozen=True, kw_only=True):
    """Requests to these hosts with these methods (none named: all)."""

    hosts: tuple[str, ...]
    methods: tuple[str, ...] = ()


#: A native package that ships with Penstock: any public host.
ANY_HOST = (HttpGrant(hosts=("*",)),)


def granted(grants: Sequence[HttpGrant], method: str, *, scheme: str, host: str, port: int) -> bool:
    """Does one of the grants cover this request?"""
    return any(
        (not grant.methods or method.upper() in {name.upper() for name in grant.methods})
        and any(_matches(pattern, scheme, host, port) for pattern in grant.hosts)
        for grant in grants
    )


def is_any_host(pattern: str) -> bool:
    """Does this pattern name no host or domain at all, however it is written?"""
    host, _, _ = _split_port(pattern.rpartition("://")[2].rstrip("/"))
    return not host.strip("*.")


def _matches(pattern: str, scheme: str, host: str, port: int) -> bool:
    if pattern == "*":
        return scheme in _PORTS
    wanted_scheme, _, rest = pattern.rpartition("://")
    wanted_scheme = wanted_scheme.lower() or "https"
    wanted_host, _, wanted_port = _split_port(rest.rstrip("/").lower())
    if scheme != wanted_scheme or not _host_matches(wanted_host, host.lower().rstrip(".")):
        return False
    if wanted_port == "*":
        return True
    return port == (int(wanted_port) if wanted_port.isdigit() else _PORTS.get(scheme))


def _split_port(rest: str) -> tuple[str, str, str]:
    if rest.startswith("["):  # an IPv6 literal
        host, _, tail = rest[1:].partition("]")
        return host, "", tail.removeprefix(":")
    return rest.partition(":")


def _host_matches(pattern: str, host: str) -> bool:
    if pattern == "*":
        return True
    if pattern.startswith("*."):
        return host.endswith(pattern[1:]) and len(host) > len(pattern) - 1
    return host == pattern

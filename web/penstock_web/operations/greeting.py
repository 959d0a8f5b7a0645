"""What a server says when it stands: what it is made of, where to go, how to end it."""

from __future__ import annotations

import msgspec

from penstock_kernel.settings import Settings


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What is told."""

    version: str
    role: str
    settings: Settings
    port: int
    #: Of the broker that was started with it; empty: none was.
    broker: str
    #: Is it connected to the broker of another process here?
    shares_broker: bool = False
    workers: int
    #: The link by which the first user comes; empty: there is one.
    setup: str = ""
    has_pages: bool = True


def greeting(facts: Facts) -> str:
    """A line for each thing that one may want to know."""
    settings = facts.settings
    role = "" if facts.role == "all" else f" {facts.role}"
    parts = [
        f"penstock{role} {facts.version}",
        f"data in {settings.data_dir}",
        "PostgreSQL" if settings.database.startswith("postgresql") else "SQLite",
        _broker(facts),
        f"{facts.workers} worker" if facts.workers else "no worker",
    ]
    lines = [" · ".join(parts)]
    here = address(settings, facts.port)
    if facts.has_pages:
        told = f"{facts.setup}   (one-time link, valid 15 min)" if facts.setup else f"{here}/"
        lines.append(f"  Editor   {told}")
        lines.append(f"  API docs {here}/api/docs   Stop: Ctrl+C")
    else:
        lines.append(f"  Health   {here}/healthz/ready   Stop: Ctrl+C")
    return "\n".join(lines)


def address(settings: Settings, port: int) -> str:
    """Where people find the server."""
    if settings.public_url:
        return settings.public_url.rstrip("/")
    host = settings.bind.strip("[]")
    if host in ("0.0.0.0", "::"):  # noqa: S104 - what is told is another address
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _broker(facts: Facts) -> str:
    if facts.settings.dispatch == "db":
        return "no broker"
    if facts.settings.nats_url:
        return "NATS"
    if facts.broker:
        return f"embedded {facts.broker}"
    return "NATS of the server here" if facts.shares_broker else "no broker found"

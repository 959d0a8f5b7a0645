"""RSS Read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from penstock_node_n8n.source import Mapped, Mapper, Source


def _read(source: Source) -> Mapped:
    config: dict[str, Any] = {
        "url": source.text("url"),
        "extra_fields": source.text("options.customFields"),
        "ignore_tls": source.flag("options.ignoreSSL"),
    }
    return Mapped(type="penstock/http.rss", config=config)


MAPPINGS: Mapping[str, Mapper] = {"n8n-nodes-base.rssFeedRead": _read}

"""The table of mappings: each module of this folder adds its own.

A module holds `MAPPINGS`: n8n's node type to the function that maps it. Adding one needs no change
anywhere else.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache

from penstock_node_n8n.source import Mapper


@cache
def mappings() -> Mapping[str, Mapper]:
    """All mappings, by n8n's node type."""
    found: dict[str, Mapper] = {}
    for module in pkgutil.iter_modules(__path__):
        found |= importlib.import_module(f"{__name__}.{module.name}").MAPPINGS
    return found

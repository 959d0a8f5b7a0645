"""Which webhook a request is for.

The rules:

* A path that is written out wins over one with parameters; of those, the one whose parts are
  written out first.
* A webhook for any method takes what none of the same path takes by its name.
* A slash at the end makes no difference; upper and lower case do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from penstock_kernel.store.sql.hooks import ANY, StoredWebhook

#: A workspace and a method.
_Place = tuple[str, str]


class Match(msgspec.Struct, frozen=True):
    """A webhook, and what stands in a path for its parameters."""

    webhook: StoredWebhook
    params: Mapping[str, str] = {}


class Routes:
    """All webhooks at one revision."""

    def __init__(self, webhooks: Sequence[StoredWebhook], revision: int = -1) -> None:
        self.revision = revision
        self._literal: dict[_Place, dict[str, Match]] = {}
        self._patterns: dict[_Place, list[tuple[list[str], StoredWebhook]]] = {}
        self._methods: dict[str, set[str]] = {}
        for webhook in webhooks:
            self._add(webhook)
        for patterns in self._patterns.values():
            patterns.sort(key=lambda one: [part.startswith(":") for part in one[0]])

    def _add(self, webhook: StoredWebhook) -> None:
        place, parts = (webhook.workspace_id, webhook.method), webhook.path.split("/")
        self._methods.setdefault(webhook.workspace_id, set()).add(webhook.method)
        if any(part.startswith(":") for part in parts):
            self._patterns.setdefault(place, []).append((parts, webhook))
        else:
            self._literal.setdefault(place, {})[webhook.path] = Match(webhook)

    def find(self, workspace: str, method: str, path: str) -> Match | None:
        """The webhook that a request is for."""
        path = path.strip("/")
        return (
            self._written_out(workspace, method, path)
            or self._written_out(workspace, ANY, path)
            or self._with_parameters(workspace, method, path)
            or self._with_parameters(workspace, ANY, path)
        )

    def methods(self, workspace: str, path: str) -> list[str]:
        """The methods that a path takes, in order."""
        known = sorted(self._methods.get(workspace, ()))
        return [one for one in known if self.find(workspace, one, path) is not None]

    def _written_out(self, workspace: str, method: str, path: str) -> Match | None:
        return self._literal.get((workspace, method), {}).get(path)

    def _with_parameters(self, workspace: str, method: str, path: str) -> Match | None:
        patterns = self._patterns.get((workspace, method))
        if not patterns:
            return None
        given = path.split("/")
        for parts, webhook in patterns:
            if len(parts) == len(given) and all(map(_fits, parts, given)):
                pairs = zip(parts, given, strict=True)
                named = {part[1:]: value for part, value in pairs if part.startswith(":")}
                return Match(webhook, named)
        return None


def _fits(part: str, given: str) -> bool:
    return bool(given) if part.startswith(":") else part == given

"""One node of an n8n workflow, read forgivingly, and what a family of mappings makes of it.

The rules:

* A mapping reads parameters through `Source`, which notes what was read: what nobody asked for is
  told to the person as `import.parameter_unused`.
* A parameter that the file leaves out has the default that this version of the node had; the
  mapping names it.
* Strings that start with `=` are expressions in both languages and are passed on as they are.
* A mapping that cannot do the same raises `Unmapped`: the node becomes a placeholder and keeps
  everything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast


class Unmapped(Exception):
    """This node, as it is set, has no counterpart. Stays inside: it becomes a remark.

    Attributes:
        message: Why.
        field: The parameter that stands in the way, if it is one.
    """

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class Source:
    """One node of an n8n workflow."""

    def __init__(
        self, kind: str, version: float, parameters: Mapping[str, Any], *, name: str = ""
    ) -> None:
        #: `n8n-nodes-base.set`, say.
        self.type = kind
        self.version = version
        self.name = name
        self.parameters = parameters
        #: Dotted paths that a mapping has asked for.
        self.read: set[str] = set()

    def get(self, path: str, default: Any = None) -> Any:
        """The value at a dotted path of the parameters; a resource locator gives its value."""
        self.read.add(path)
        value: Any = self.parameters
        for part in path.split("."):
            if not isinstance(value, Mapping) or part not in value:
                return default
            value = cast("Mapping[str, Any]", value)[part]
        return _located(value)

    def text(self, path: str, default: str = "") -> str:
        """The value as text; null and what is missing give the default."""
        value = self.get(path)
        return default if value is None else value if isinstance(value, str) else str(value)

    def flag(self, path: str, *, default: bool = False) -> Any:
        """True, False, or the expression that decides."""
        value = self.get(path)
        return default if value is None else value if is_expression(value) else value is True

    def one_of(self, path: str, choices: Mapping[str, str], default: str) -> str:
        """Our word for one of n8n's; `default` is n8n's word where the file has none.

        Raises:
            Unmapped: It is a word, or an expression, that there is no counterpart for.
        """
        value = self.get(path, default)
        if isinstance(value, str) and value in choices:
            return choices[value]
        raise Unmapped(f"{path} is set to {value!r}, which has no counterpart", field=path)

    def rows(self, path: str) -> list[Mapping[str, Any]]:
        """The rows of a (fixed) collection, whether the file holds one or many."""
        value = self.get(path)
        found = cast("list[Any]", value if isinstance(value, list) else [value])
        return [cast("Mapping[str, Any]", row) for row in found if isinstance(row, Mapping)]

    def names(self, path: str) -> list[str]:
        """Names that n8n keeps as a list or as one text with commas."""
        value = self.get(path)
        if isinstance(value, list):
            return [str(part) for part in cast("list[Any]", value)]
        return [part.strip() for part in str(value or "").split(",") if part.strip()]


def is_expression(value: Any) -> bool:
    """Does n8n evaluate this?"""
    return isinstance(value, str) and value.startswith("=")


def _located(value: Any) -> Any:
    if isinstance(value, Mapping) and "__rl" in value:
        return cast("Mapping[str, Any]", value).get("value")
    return cast("Any", value)


@dataclass(kw_only=True)
class Mapped:
    """Our node in the place of n8n's."""

    type: str
    config: Mapping[str, Any] = field(default_factory=dict[str, Any])
    version: int = 1
    #: Our port for each of n8n's inputs and outputs, by its index there.
    inputs: Sequence[str] = ("main",)
    outputs: Sequence[str] = ("main",)
    #: Added to the settings that every node gets.
    settings: Mapping[str, Any] = field(default_factory=dict[str, Any])
    #: What a person should know: code, message and the parameter it is about.
    remarks: Sequence[tuple[str, str, str]] = ()
    #: Remarks after which the node does not do what it did.
    blockers: Sequence[tuple[str, str, str]] = ()


Mapper = Callable[[Source], Mapped]

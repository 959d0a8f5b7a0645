"""Parameters of a node, declared as annotated fields of its class.

An annotation alone is enough for the simple ones (`limit: int = 10`); the functions below say more.
Each field yields JSON Schema 2020-12 with `x-ui` hints (`penstock_sdk.schema`), which the editor
renders, the validator checks and an agent sees as a tool.

This module works inside the Python guest: it uses nothing but the standard library.
"""

from __future__ import annotations

import inspect
import sys
import types
import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

Kind = Literal[
    "text",
    "number",
    "integer",
    "boolean",
    "options",
    "multi_options",
    "code",
    "json",
    "date_time",
    "key_value",
    "collection",
    "list",
    "fixed_collection",
    "conditions",
    "credential",
    "resource",
    "notice",
]


class _Missing:
    def __repr__(self) -> str:
        return "MISSING"


MISSING: Any = _Missing()


@dataclass(frozen=True, kw_only=True)
class Field:
    """One parameter."""

    kind: Kind
    name: str = ""
    title: str = ""
    description: str = ""
    default: Any = MISSING
    placeholder: str = ""
    hint: str = ""
    #: May the person write an expression here?
    expression: bool = True
    #: Shown only when each named field has one of the listed values. What is hidden may be empty.
    show_if: Mapping[str, Sequence[Any]] | None = None
    advanced: bool = False
    #: options: value to title, in order.
    options: Mapping[Any, str] | None = None
    #: options come from `Node.options(name, ctx)`.
    dynamic: bool = False
    depends_on: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    #: code: `javascript`, `python`, `json`, `sql`, `html`.
    language: str = ""
    multiline: bool = False
    secret: bool = False
    #: collection, list, fixed_collection: the fields inside.
    fields: Mapping[str, Field] | None = None
    #: credential: the types accepted; resource: the modes (`list`, `id`, `url`).
    accepts: tuple[str, ...] = ()

    @property
    def required(self) -> bool:
        """Has no default, so the person must fill it in."""
        return self.default is MISSING


def text(default: Any = MISSING, **more: Any) -> Any:
    """A text; `multiline=True` for a large box, `secret=True` to hide it."""
    return Field(kind="text", default=default, **more)


def number(default: Any = MISSING, **more: Any) -> Any:
    """A number, with `minimum` and `maximum`."""
    return Field(kind="number", default=default, **more)


def integer(default: Any = MISSING, **more: Any) -> Any:
    """A whole number, with `minimum` and `maximum`."""
    return Field(kind="integer", default=default, **more)


def boolean(default: Any = False, **more: Any) -> Any:
    """Yes or no."""
    return Field(kind="boolean", default=default, **more)


def options(
    choices: Mapping[Any, str] | Sequence[Any] = (), default: Any = MISSING, **more: Any
) -> Any:
    """One of several: a mapping of value to title, or `dynamic=True`."""
    return Field(kind="options", options=_titled(choices), default=default, **more)


def multi_options(
    choices: Mapping[Any, str] | Sequence[Any] = (), default: Any = (), **more: Any
) -> Any:
    """Any number of several."""
    return Field(kind="multi_options", options=_titled(choices), default=list(default), **more)


def code(language: str, default: Any = MISSING, **more: Any) -> Any:
    """A program or a query in a language; never a template."""
    return Field(kind="code", language=language, default=default, expression=False, **more)


def json(default: Any = MISSING, **more: Any) -> Any:
    """Any JSON value."""
    return Field(kind="json", default=default, **more)


def date_time(default: Any = MISSING, **more: Any) -> Any:
    """A moment, as ISO 8601."""
    return Field(kind="date_time", default=default, **more)


def key_value(default: Any = (), **more: Any) -> Any:
    """A list of `{"name": …, "value": …}`."""
    return Field(kind="key_value", default=list(default), **more)


def collection(fields: Mapping[str, Any], **more: Any) -> Any:
    """An object of optional fields that the person adds one by one."""
    return Field(kind="collection", fields=_named(fields), default=more.pop("default", {}), **more)


def list_of(fields: Mapping[str, Any], **more: Any) -> Any:
    """A list of objects with the same fields."""
    return Field(kind="list", fields=_named(fields), default=more.pop("default", []), **more)


def fixed_collection(groups: Mapping[str, Mapping[str, Any]], **more: Any) -> Any:
    """An object of named groups, each a list of objects with its own fields."""
    inner = {name: list_of(fields) for name, fields in groups.items()}
    default = more.pop("default", {})
    return Field(kind="fixed_collection", fields=_named(inner), default=default, **more)


def conditions(**more: Any) -> Any:
    """Conditions on values, combined by and/or; see `penstock_sdk.conditions`."""
    return Field(kind="conditions", default=more.pop("default", MISSING), **more)


def credential(*types_: str, default: Any = None, **more: Any) -> Any:
    """The slot of a credential of one of these types; the value is its name, never its content."""
    return Field(kind="credential", accepts=types_, default=default, expression=False, **more)


def resource(*modes: str, default: Any = MISSING, **more: Any) -> Any:
    """A thing in another system, chosen from a list, by id or by URL: `{"mode": …, "value": …}`."""
    return Field(kind="resource", accepts=modes or ("list", "id", "url"), default=default, **more)


def notice(title: str, **more: Any) -> Any:
    """A sentence for the person; carries no value."""
    return Field(kind="notice", title=title, default=None, expression=False, **more)


def fields_of(cls: type) -> dict[str, Field]:
    """The fields that a class and its bases declare, in order.

    `title_: str = text()` declares the field `title`, because some names are taken by the class.
    """
    cached: dict[str, Field] | None = cls.__dict__.get("_penstock_fields")
    if cached is None:
        cached = {}
        for base in reversed(cls.__mro__):
            cached.update(_declared(base))
        cls._penstock_fields = cached  # type: ignore[attr-defined]
    return cached


def _declared(cls: type) -> dict[str, Field]:
    found: dict[str, Field] = {}
    hints = declared_in(cls)
    values = {attribute: cls.__dict__.get(attribute, MISSING) for attribute in hints}
    plain = {name: hints[name] for name, value in values.items() if not isinstance(value, Field)}
    resolved = _resolved(plain, cls.__module__)
    for attribute, value in values.items():
        declared = value if attribute not in plain else _from_annotation(resolved[attribute], value)
        name = attribute.removesuffix("_")
        title = declared.title or name.replace("_", " ").capitalize()
        found[name] = replace(declared, name=name, title=title)
    return found


def declared_in(cls: type) -> dict[str, Any]:
    """Attributes that a class itself declares as fields: what is annotated and no `ClassVar`."""
    own = inspect.get_annotations(cls)
    return {name: hint for name, hint in own.items() if not _is_class_var(hint)}


def _resolved(hints: Mapping[str, Any], module: str) -> dict[str, Any]:
    """Texts, as `from __future__ import annotations` leaves them, turned into types."""
    texts = {name: hint for name, hint in hints.items() if isinstance(hint, str)}
    if not texts:
        return dict(hints)

    def holder() -> None: ...

    # Only what is needed: resolving a whole class with its bases costs a millisecond each.
    holder.__annotations__ = texts
    names = vars(sys.modules[module]) if module in sys.modules else {}
    try:
        return {**hints, **typing.get_type_hints(holder, names)}
    except NameError:  # a name that exists only for type checkers
        return dict(hints)


def _is_class_var(hint: Any) -> bool:
    return typing.get_origin(hint) is typing.ClassVar or str(hint).startswith(
        ("ClassVar", "typing.ClassVar")
    )


_PLAIN: dict[Any, Kind] = {
    str: "text",
    bool: "boolean",
    int: "integer",
    float: "number",
    datetime: "date_time",
}


def _from_annotation(hint: Any, default: Any) -> Field:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType) and type(None) in arguments:
        inner = [argument for argument in arguments if argument is not type(None)]
        return _from_annotation(inner[0], None if default is MISSING else default)
    if origin is Literal:
        return Field(kind="options", options=_titled(arguments), default=default)
    if origin is list and typing.get_origin(arguments[0]) is Literal:
        choices = _titled(typing.get_args(arguments[0]))
        return Field(kind="multi_options", options=choices, default=default)
    return Field(kind=_PLAIN.get(hint, "json"), default=default)


def _titled(choices: Mapping[Any, str] | Sequence[Any]) -> dict[Any, str]:
    if isinstance(choices, Mapping):
        return dict(choices)
    return {choice: _words(str(choice)) for choice in choices}


def _words(choice: str) -> str:
    """As people read it; what has capitals already, such as `POST` or `HS256`, is a name."""
    text = choice.replace("_", " ")
    return text if any(one.isupper() for one in text) else text.capitalize()


def _named(fields: Mapping[str, Any]) -> dict[str, Field]:
    return {
        name: replace(field, name=name, title=field.title or name.replace("_", " ").capitalize())
        for name, field in fields.items()
    }

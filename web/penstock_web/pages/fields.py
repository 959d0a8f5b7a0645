"""The fields of a form: as HTML, and what was sent in them.

The rules:

* A field is known by its name, or by its label where it has none.
* What is sent counts for nothing until it was checked here: the browser checks for comfort only.
* A value that is not sent is left out; of several choices there is a list.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from html import escape
from typing import Any, cast

import msgspec

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_LONGEST = 100_000
#: No address is longer, and the pattern takes its time where one is.
_LONGEST_EMAIL = 254
_INPUTS = {"text", "number", "email", "password", "date", "hidden", "file"}


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One field, as a node describes it."""

    label: str = ""
    name: str = ""
    type: str = "text"
    required: bool = False
    choices: str = ""
    placeholder: str = ""
    default: Any = None

    @property
    def key(self) -> str:
        """What its value is called."""
        return self.name or self.label

    @property
    def options(self) -> list[str]:
        """What may be chosen."""
        return [word.strip() for word in self.choices.split(",") if word.strip()]


def fields_of(shows: Mapping[str, Any]) -> list[Field]:
    """The fields of what a node shows."""
    return [msgspec.convert(one, Field, strict=False) for one in shows.get("fields", ())]


def form_html(
    fields: Sequence[Field],
    buttons: str,
    given: Mapping[str, Any] | None = None,
    wrong: Mapping[str, str] | None = None,
) -> str:
    """A form, with what was given before and what was wrong with it."""
    values = {field.key: field.default for field in fields} | dict(given or {})
    inner = "".join(
        _field(i, field, values.get(field.key), (wrong or {}).get(field.key, ""))
        for i, field in enumerate(fields)
    )
    return (
        "<form method=post enctype=multipart/form-data>"
        f"{inner}<div class=buttons>{buttons}</div></form>"
    )


def button(word: str, *, value: str = "", quiet: bool = False) -> str:
    """A button that sends the form."""
    named = f' name="choice" value="{escape(value)}"' if value else ""
    kind = ' class="quiet"' if quiet else ""
    return f"<button type=submit{named}{kind}>{escape(word)}</button>"


def _field(number: int, field: Field, value: Any, wrong: str) -> str:
    name, place = escape(field.key), f"f{number}"
    if field.type == "hidden":
        return f'<input type=hidden name="{name}" value="{escape(_text(value))}">'
    needed = " <span class=needed aria-hidden=true>*</span>" if field.required else ""
    told = f'<p class=wrong id="{place}e">{escape(wrong)}</p>' if wrong else ""
    if field.type == "checkbox":
        legend = f"<legend>{escape(field.label)}{needed}</legend>"
        return f"<fieldset>{legend}{_boxes(field, value)}{told}</fieldset>"
    facts = f'id="{place}" name="{name}"' + (" required" if field.required else "")
    if wrong:
        facts += f' aria-invalid=true aria-describedby="{place}e"'
    label = f'<label for="{place}">{escape(field.label or field.key)}{needed}</label>'
    return label + _control(field, facts, value) + told


def _control(field: Field, facts: str, value: Any) -> str:
    hint = f' placeholder="{escape(field.placeholder)}"' if field.placeholder else ""
    if field.type == "textarea":
        return f"<textarea {facts}{hint}>{escape(_text(value))}</textarea>"
    if field.type == "dropdown":
        empty = "" if field.required and value else "<option value=''></option>"
        choices = "".join(_option(one, value) for one in field.options)
        return f"<select {facts}>{empty}{choices}</select>"
    kind = field.type if field.type in _INPUTS else "text"
    step = " step=any" if kind == "number" else ""
    shown = "" if kind in ("file", "password") else f' value="{escape(_text(value))}"'
    return f"<input type={kind} {facts}{hint}{step}{shown}>"


def _option(choice: str, value: Any) -> str:
    chosen = " selected" if choice == value else ""
    return f'<option value="{escape(choice)}"{chosen}>{escape(choice)}</option>'


def _boxes(field: Field, value: Any) -> str:
    chosen = cast("list[Any]", value) if isinstance(value, list) else []
    return "".join(
        f'<label><input type=checkbox name="{escape(field.key)}" value="{escape(choice)}"'
        f"{' checked' if choice in chosen else ''}> {escape(choice)}</label>"
        for choice in field.options
    )


def read_fields(
    fields: Sequence[Field], sent: Mapping[str, Sequence[str]], files: Sequence[str] = ()
) -> tuple[dict[str, Any], dict[str, str]]:
    """The values that were sent, and what is wrong with them, by the keys of the fields."""
    values: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for field in fields:
        texts = [text for text in sent.get(field.key, ()) if text.strip()]
        if not texts and field.key not in files:
            if field.required:
                wrong[field.key] = "This is needed."
            continue
        if field.type == "file":
            continue
        value, problem = _value(field, texts)
        if problem:
            wrong[field.key] = problem
        values[field.key] = value
    return values, wrong


def _value(field: Field, texts: Sequence[str]) -> tuple[Any, str]:
    if field.type == "checkbox":
        unknown = [text for text in texts if text not in field.options]
        return list(texts), "This is none of the choices." if unknown else ""
    text = texts[0]
    if len(text) > _LONGEST:
        return "", "This is too long."
    if field.type == "dropdown" and text not in field.options:
        return text, "This is none of the choices."
    if field.type == "email" and (len(text) > _LONGEST_EMAIL or not _EMAIL.fullmatch(text)):
        return text, "This is no e-mail address."
    if field.type == "number":
        return _number(text)
    if field.type == "date":
        return text, _date_problem(text)
    return text, ""


def _number(text: str) -> tuple[Any, str]:
    try:
        value = float(text)
    except ValueError:
        return text, "This is no number."
    if value != value or value in (float("inf"), float("-inf")):
        return text, "This is no number."
    return (int(value) if value.is_integer() and abs(value) < 2**53 else value), ""


def _date_problem(text: str) -> str:
    try:
        date.fromisoformat(text)
    except ValueError:
        return "This is no date."
    return ""


def _text(value: Any) -> str:
    return "" if value is None else str(value)

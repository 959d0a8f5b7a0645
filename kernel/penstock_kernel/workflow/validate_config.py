"""Findings about one node's config: missing values, wrong values, expressions where none may be."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

from penstock_kernel.workflow.catalog_view import NodeTypeView
from penstock_kernel.workflow.document import NodeSpec
from penstock_kernel.workflow.findings import Finding, nearest, path_of
from penstock_kernel.workflow.validate_conditions import condition_findings
from penstock_sdk import Field
from penstock_sdk.schema import missing

_MAX_FINDINGS = 50  # per node: a person fixes the first ones and looks again


def config_findings(node: NodeSpec, node_type: NodeTypeView) -> list[Finding]:
    """What is wrong with the config and the credentials of a node."""
    absent = missing(node_type.fields, node.config)
    findings = [_missing(node, path) for path in absent]
    findings += _not_allowed(node, node_type.fields)
    findings += condition_findings(node, node_type.fields)
    findings += _slots(node, node_type.fields)
    findings += _schema_findings(node, node_type, set(absent))
    return findings[:_MAX_FINDINGS]


def _missing(node: NodeSpec, path: str) -> Finding:
    return Finding(
        code="config.missing",
        message=f"{node.name!r} needs a value for {path!r}",
        fix="Fill it in.",
        node=node.id,
        field=path,
    )


def _not_allowed(node: NodeSpec, fields: Mapping[str, Field]) -> Iterator[Finding]:
    for name, field in fields.items():
        value = node.config.get(name)
        if field.expression or field.kind == "code" or not _looks_like_template(value):
            continue
        yield Finding(
            code="config.expression_not_allowed",
            message=f"{name!r} of {node.name!r} is an expression, and takes a fixed value only",
            fix="Write the value itself, without `=` and `{{ }}`.",
            node=node.id,
            field=name,
        )


def _looks_like_template(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("=") and "{{" in value


def _slots(node: NodeSpec, fields: Mapping[str, Field]) -> Iterator[Finding]:
    slots = [name for name, field in fields.items() if field.kind == "credential"]
    for slot in node.credentials:
        if slot not in slots:
            yield Finding(
                code="node.unknown_credential_slot",
                message=f"{node.name!r} has no slot {slot!r} for a credential",
                fix=nearest(slot, slots) or "Remove it.",
                node=node.id,
                field=f"credentials.{slot}",
                level="warning",
            )


def _schema_findings(
    node: NodeSpec, node_type: NodeTypeView, absent: set[str]
) -> Iterator[Finding]:
    if not node.config:
        return
    for error in _validator(node_type.config_schema).iter_errors(node.config):
        if error.validator != "required":
            yield _from_error(node, error)
            continue
        for key in _absent_keys(error):
            path = path_of([*error.absolute_path, key])
            if path not in absent:
                absent.add(path)
                yield _missing(node, path)


def _absent_keys(error: Any) -> list[str]:
    return [key for key in error.validator_value if key not in error.instance]


def _from_error(node: NodeSpec, error: Any) -> Finding:
    path = path_of(list(error.absolute_path))
    if error.validator == "additionalProperties":
        return _unknown_key(node, error, path)
    message = str(error.message)
    return Finding(
        code="config.wrong_value",
        message=message if len(message) <= 300 else message[:297] + "...",
        fix="Give a value that fits the field, or an expression where the field takes one.",
        node=node.id,
        field=path,
    )


def _unknown_key(node: NodeSpec, error: Any, path: str) -> Finding:
    known = list(cast("dict[str, Any]", error.schema.get("properties", {})))
    unknown = sorted(set(error.instance) - set(known))
    return Finding(
        code="config.unknown_key",
        message=f"{node.name!r} has no parameter called {', '.join(map(repr, unknown))}",
        fix=nearest(unknown[0], known) or f"Known are {', '.join(known)}.",
        node=node.id,
        field=path_of([path, unknown[0]]) if path else unknown[0],
    )


_VALIDATORS: dict[str, Any] = {}


def _validator(schema: Mapping[str, Any]) -> Any:
    # Imported at the first use: it takes tens of milliseconds, and untyped as `extend` is.
    if not _VALIDATORS:
        module: Any = importlib.import_module("jsonschema.validators")
        base = module.Draft202012Validator
        wrapped = {name: _lenient(check) for name, check in base.VALIDATORS.items()}
        wrapped["if"] = _undecided(wrapped["if"])
        _VALIDATORS["class"] = module.extend(base, wrapped)
    return _VALIDATORS["class"](schema)


def _lenient(check: Callable[..., Any]) -> Callable[..., Any]:
    """A check that lets an expression stand for any value."""

    def lenient(validator: Any, value: Any, instance: Any, schema: Any) -> Iterator[Any]:
        allowed = not schema.get("x-ui", {}).get("noExpression", False)
        if allowed and isinstance(instance, str) and instance.startswith("="):
            return
        yield from check(validator, value, instance, schema) or ()

    return lenient


def _undecided(check: Callable[..., Any]) -> Callable[..., Any]:
    """A condition that does not count while an expression might decide it."""

    def undecided(validator: Any, value: Any, instance: Any, schema: Any) -> Iterator[Any]:
        members = cast("dict[str, Any]", instance) if isinstance(instance, dict) else {}
        if not any(isinstance(one, str) and one.startswith("=") for one in members.values()):
            yield from check(validator, value, instance, schema) or ()

    return undecided

"""Nodes that run a person's code: the code node and the two that came before it."""

from __future__ import annotations

from collections.abc import Mapping

from penstock_node_n8n.source import Mapped, Mapper, Source, Unmapped

_MODES = {"runOnceForAllItems": "all", "runOnceForEachItem": "each"}
_JAVASCRIPT = "penstock/code.javascript"
#: What the editor of n8n offers at first; a file leaves it out where nobody changed it.
_FUNCTION = "for (const item of items) { item.json.myNewField = 1; }\nreturn items;"
_FUNCTION_ITEM = "item.myNewField = 1;\nreturn item;"
_PYTHON = "penstock/code.python"


def _code(source: Source) -> Mapped:
    mode = source.one_of("mode", _MODES, "runOnceForAllItems")
    language = source.text("language", "javaScript")
    if language == "javaScript":
        return _mapped(_JAVASCRIPT, source.text("jsCode").strip() or "return [];", mode)
    if language in {"python", "pythonNative"}:
        return _mapped(_PYTHON, source.text("pythonCode").strip() or "return []", mode)
    raise Unmapped(f"The language {language!r} is not known", field="language")


def _function(source: Source) -> Mapped:
    return _mapped(_JAVASCRIPT, source.text("functionCode", _FUNCTION), "all")


def _function_item(source: Source) -> Mapped:
    code = source.text("functionCode", _FUNCTION_ITEM)
    return _mapped(_JAVASCRIPT, code, "all", shape="data")


def _mapped(kind: str, code: str, mode: str, **more: object) -> Mapped:
    config: dict[str, object] = {"source": code, **more}
    if mode != "all":
        config["mode"] = mode
    if "httpRequest" in code or "helpers.request" in code:
        config["http"] = True
    return Mapped(type=kind, config=config)


MAPPINGS: Mapping[str, Mapper] = {
    "n8n-nodes-base.code": _code,
    "n8n-nodes-base.function": _function,
    "n8n-nodes-base.functionItem": _function_item,
}

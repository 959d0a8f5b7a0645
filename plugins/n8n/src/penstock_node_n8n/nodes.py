"""Makes one node of the document out of one of n8n's: mapped, or a placeholder that keeps it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from penstock_node_n8n.families import mappings
from penstock_node_n8n.reading import mapping, number
from penstock_node_n8n.remarks import Remarks
from penstock_node_n8n.settings import failing, node_settings
from penstock_node_n8n.source import Mapped, Source, Unmapped
from penstock_node_n8n.unsupported import unsupported
from penstock_node_n8n.unused import unused
from penstock_sdk import PenstockError

PLACEHOLDER = "penstock/core.placeholder"
_ERROR = "error"
_MAX_REASON = 300
#: What a mapping raises where parameters have a shape that n8n never writes.
_UNREADABLE = (
    TypeError,
    ValueError,
    LookupError,
    AttributeError,
    RecursionError,
    OverflowError,
    PenstockError,
)
#: Need a credential only where `authentication` says so.
_ASKS_FOR_NONE = frozenset(
    {
        "n8n-nodes-base.httpRequest",
        "n8n-nodes-base.graphql",
        "n8n-nodes-base.webhook",
        "n8n-nodes-base.formTrigger",
        "@n8n/n8n-nodes-langchain.chatTrigger",
    }
)


@dataclass(kw_only=True)
class Ends:
    """What is connected to a node of n8n: the highest index of each kind, plus one."""

    inputs: dict[str, int] = field(default_factory=dict[str, int])
    outputs: dict[str, int] = field(default_factory=dict[str, int])


@dataclass(frozen=True, kw_only=True)
class Converted:
    """One node of the document, and where n8n's connections lead."""

    id: str
    name: str
    spec: Mapping[str, Any]
    inputs: Sequence[str]
    outputs: Sequence[str]
    #: n8n's node type.
    original: str
    mapped: bool
    #: Kinds of connections besides main: a placeholder takes and gives any.
    open: bool = False

    def input(self, kind: str, index: int) -> str | None:
        """The port for an input of n8n's."""
        return self._port(self.inputs, kind, index)

    def output(self, kind: str, index: int) -> str | None:
        """The port for an output of n8n's."""
        return self._port(self.outputs, kind, index)

    def _port(self, ports: Sequence[str], kind: str, index: int) -> str | None:
        if kind != "main":
            return numbered(kind, index) if self.open else None
        return ports[index] if index < len(ports) else None


def numbered(name: str, index: int) -> str:
    """`main`, `main2`, `main3`, as a placeholder calls its ports."""
    return name if index == 0 else f"{name}{index + 1}"


def convert_node(
    node: Mapping[str, Any], id_: str, name: str, ends: Ends, remarks: Remarks
) -> Converted:
    """Map the node, or put a placeholder in its place and say why."""
    kind = str(node.get("type", ""))
    source = Source(kind, _version(node), mapping(node.get("parameters")), name=name)
    settings = node_settings(node)
    mapper = mappings().get(kind)
    reason = f"There is no mapping for {kind!r}"
    if mapper is not None:
        try:
            mapped = mapper(source)
        except Unmapped as error:
            reason = error.message
            _blocked("import.unmapped", reason, error.field, id_, settings, remarks)
        except _UNREADABLE as error:
            # Parameters of the wrong shape: a file may hold anything, and one node must not take
            # the others along.
            reason = f"Its parameters cannot be read ({type(error).__name__})"
            _blocked("import.unmapped", reason, "", id_, settings, remarks)
        else:
            _remark(source, node, mapped, id_, settings, remarks)
            return _mapped(mapped, id_, name, settings, kind)
    else:
        _blocked("import.unknown_node", reason, "", id_, settings, remarks)
    return _placeholder(node, id_, name, settings, ends, reason)


def _mapped(
    mapped: Mapped, id_: str, name: str, settings: Mapping[str, Any], kind: str
) -> Converted:
    spec: dict[str, Any] = {
        "id": id_,
        "name": name,
        "type": mapped.type,
        "version": mapped.version,
        "config": dict(mapped.config),
        "settings": {**mapped.settings, **settings, **failing(kind, mapped.config, settings)},
    }
    outputs = [*mapped.outputs]
    if spec["settings"].get("on_error") == "error_port":
        outputs.append(_ERROR)
    return Converted(
        id=id_,
        name=name,
        spec=spec,
        inputs=mapped.inputs,
        outputs=outputs,
        original=kind,
        mapped=True,
    )


def _placeholder(
    node: Mapping[str, Any],
    id_: str,
    name: str,
    settings: Mapping[str, Any],
    ends: Ends,
    reason: str,
) -> Converted:
    kind = str(node.get("type", ""))
    inputs, outputs = _counts(kind, ends)
    has_error = settings.get("on_error") == "error_port"
    if has_error and outputs > 1:
        outputs -= 1  # the last one is the error's
    config: dict[str, Any] = {
        "original_type": kind,
        "original_version": node.get("typeVersion", 1),
        "reason": reason[:_MAX_REASON],
        "parameters": node.get("parameters", {}),
        "inputs_count": inputs,
        "outputs_count": outputs,
    }
    for key, counts in (("ai_inputs", ends.inputs), ("ai_outputs", ends.outputs)):
        kinds = _typed(counts)
        if kinds:
            config[key] = kinds
    spec = {
        "id": id_,
        "name": name,
        "type": PLACEHOLDER,
        "config": config,
        "settings": dict(settings),
    }
    ports = [numbered("main", index) for index in range(outputs)]
    return Converted(
        id=id_,
        name=name,
        spec=spec,
        inputs=[numbered("main", index) for index in range(inputs)],
        outputs=[*ports, _ERROR] if has_error else ports,
        original=kind,
        mapped=False,
        open=True,
    )


def _counts(kind: str, ends: Ends) -> tuple[int, int]:
    inputs = ends.inputs.get("main", 0)
    outputs = ends.outputs.get("main", 0)
    if inputs == outputs == 0 and _typed(ends.outputs):
        return 0, 0  # a model, a tool or a memory: it serves another node
    starts = inputs == 0 and "trigger" in kind.lower()
    return (0 if starts else max(inputs, 1)), max(outputs, 1)


def _typed(counts: Mapping[str, int]) -> list[str]:
    kinds = sorted(kind for kind in counts if kind != "main")
    return [numbered(kind, index) for kind in kinds for index in range(counts[kind])]


def _remark(
    source: Source,
    node: Mapping[str, Any],
    mapped: Mapped,
    id_: str,
    settings: Mapping[str, Any],
    remarks: Remarks,
) -> None:
    enabled = not settings.get("disabled")
    for code, message, path in mapped.remarks:
        blocks = enabled and code == "import.credential"
        remarks.add(code, message, node=id_, field=path, blocks=blocks)
    for code, message, path in mapped.blockers:
        remarks.add(code, message, node=id_, field=path, blocks=enabled)
    left = unused(source.parameters, source.read)
    for path in left:
        message = f"The parameter {path!r} has no counterpart and was left out"
        remarks.add("import.parameter_unused", message, node=id_, field=path)
    for path, message in unsupported(source.parameters, left):
        code = "import.expression_unsupported"
        remarks.add(code, message, node=id_, field=path, blocks=enabled)
    named = any(code == "import.credential" for code, _, _ in (*mapped.remarks, *mapped.blockers))
    for slot in () if named else _credentials(source, node):
        message = f"It used a credential of the type {slot!r}; choose one"
        remarks.add("import.credential", message, node=id_, field=slot, blocks=enabled)


def _credentials(source: Source, node: Mapping[str, Any]) -> list[str]:
    """Slots that were in use: files keep credentials of choices that were taken back."""
    if source.type in _ASKS_FOR_NONE and source.parameters.get("authentication", "none") == "none":
        return []
    return [str(slot) for slot in mapping(node.get("credentials"))][:10]


def _blocked(
    code: str, message: str, path: str, id_: str, settings: Mapping[str, Any], remarks: Remarks
) -> None:
    remarks.add(code, message, node=id_, field=path, blocks=not settings.get("disabled"))


def _version(node: Mapping[str, Any]) -> float:
    return number(node.get("typeVersion", 1)) or 1

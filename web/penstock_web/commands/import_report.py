"""What an import brought, per workflow and over many; the same for any importer."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

from msgspec import Struct

from penstock_kernel.workflow.catalog_view import CatalogView
from penstock_kernel.workflow.document import Document, NodeSpec, parse
from penstock_kernel.workflow.findings import DocumentInvalid, Finding
from penstock_kernel.workflow.validate import validate
from penstock_sdk.importing import Imported, Remark

_Counted = TypeVar("_Counted", bound=Hashable)
_PLACEHOLDER = "penstock/core.placeholder"
_INDEX = re.compile(r"\[\d+\]")
_MOST = 30  # rows of a ranking


class Subject(Struct, frozen=True, kw_only=True):
    """A node that something was remarked about."""

    name: str
    #: As the other product calls it where a placeholder stands for it.
    type: str


class Outcome(Struct, frozen=True, kw_only=True):
    """What became of one workflow."""

    #: Where it came from.
    file: str
    name: str
    #: It can run as it is.
    ready: bool
    #: Share of its nodes that were mapped; notes do not count.
    score: float
    nodes: int
    mapped: int
    notes: int
    remarks: Sequence[Remark]
    #: What checking the document found.
    findings: Sequence[Finding]
    #: By id: the nodes that remarks and findings are about.
    subjects: Mapping[str, Subject]
    #: None where the importer made no valid document, and where it was not kept.
    document: Document | None


class Failure(Struct, frozen=True, kw_only=True):
    """A file that could not be imported."""

    file: str
    message: str
    hint: str = ""


class Missing(Struct, frozen=True, kw_only=True):
    """A node type of the other product that placeholders stand for."""

    type: str
    nodes: int
    workflows: int


class Gap(Struct, frozen=True, kw_only=True):
    """One reason of the same kind, over all workflows."""

    code: str
    #: Type of the node that it is about.
    type: str
    field: str
    count: int
    blocks: bool


class Coverage(Struct, frozen=True, kw_only=True):
    """What an import of many files brought."""

    files: int
    failed: int
    #: JSON of something else in a folder; not among `files`.
    passed_over: int
    workflows: int
    ready: int
    nodes: int
    mapped: int
    #: Many products count the notes on their canvas as nodes; they are brought over as notes.
    notes: int
    #: From 0 to 1; with notes, as the original counts them.
    nodes_mapped: float
    nodes_mapped_without_notes: float
    workflows_ready: float
    missing: Sequence[Missing]
    gaps: Sequence[Gap]


def outcome_of(file: str, imported: Imported, catalog: CatalogView) -> Outcome:
    """Check what an importer made of one workflow."""
    document, findings = _checked(imported, catalog)
    errors = any(finding.level == "error" for finding in findings)
    about = {remark.node for remark in imported.remarks} | {finding.node for finding in findings}
    return Outcome(
        file=file,
        name=str(imported.document.get("name", "")),
        ready=imported.ready and not errors,
        score=imported.score,
        nodes=len(imported.nodes),
        mapped=sum(node.mapped for node in imported.nodes),
        notes=len(document.notes) if document else 0,
        remarks=imported.remarks,
        findings=findings,
        subjects=_subjects(document, about),
        document=document,
    )


def types_missing(imported: Imported) -> Counter[str]:
    """The node types that placeholders stand for, with how often."""
    return Counter(node.type for node in imported.nodes if not node.mapped)


class Tally:
    """Counts over many workflows without keeping any of them."""

    def __init__(self) -> None:
        self.files = self.failed = self.passed_over = 0
        self.workflows = self.ready = 0
        self.nodes = self.mapped = self.notes = 0
        self._missing: Counter[str] = Counter()
        self._missing_in: Counter[str] = Counter()
        self._gaps: Counter[tuple[str, str, str, bool]] = Counter()

    def add(self, outcome: Outcome, missing: Counter[str]) -> None:
        """Count one workflow."""
        self.workflows += 1
        self.ready += outcome.ready
        self.nodes += outcome.nodes
        self.mapped += outcome.mapped
        self.notes += outcome.notes
        self._missing.update(missing)
        self._missing_in.update(missing.keys())
        self._gaps.update(_gaps(outcome))

    def coverage(self) -> Coverage:
        """The counts."""
        return Coverage(
            files=self.files,
            failed=self.failed,
            passed_over=self.passed_over,
            workflows=self.workflows,
            ready=self.ready,
            nodes=self.nodes,
            mapped=self.mapped,
            notes=self.notes,
            nodes_mapped=_share(self.mapped + self.notes, self.nodes + self.notes),
            nodes_mapped_without_notes=_share(self.mapped, self.nodes),
            workflows_ready=_share(self.ready, self.workflows),
            missing=[
                Missing(type=type_, nodes=count, workflows=self._missing_in[type_])
                for type_, count in _ranked(self._missing)
            ],
            gaps=[
                Gap(code=code, type=type_, field=field, blocks=blocks, count=count)
                for (code, type_, field, blocks), count in _ranked(self._gaps)
            ],
        )


def verdict_lines(outcome: Outcome) -> list[str]:
    """For people: ready, or what stands in the way."""
    share = f"{outcome.mapped} of {outcome.nodes} nodes, {outcome.score:.0%}"
    if outcome.ready:
        return [f"{outcome.name}: ready ({share})"]
    lines = [f"{outcome.name}: not ready ({share})"]
    blocking = [remark for remark in outcome.remarks if remark.blocks]
    lines += [
        f"  {_where(outcome, remark.node)}{remark.message} [{remark.code}]"
        for remark in blocking[:_MOST]
    ]
    if len(blocking) > _MOST:
        lines.append(f"  and {len(blocking) - _MOST} more")
    errors = [finding for finding in outcome.findings if finding.level == "error"]
    lines += [
        f"  {_where(outcome, finding.node)}{finding.message} [{finding.code}]"
        for finding in errors[:_MOST]
    ]
    return lines


def coverage_lines(coverage: Coverage) -> list[str]:
    """For people: the shares, then what is missing most."""
    ready = f"{coverage.ready:,} of {coverage.workflows:,} ({coverage.workflows_ready:.1%})"
    others = f"; {coverage.passed_over:,} of something else" if coverage.passed_over else ""
    lines = [
        f"Files: {coverage.files:,}, of which {coverage.failed:,} could not be read{others}",
        f"Workflows ready: {ready}",
        *_shares(coverage),
    ]
    if coverage.missing:
        lines += ["", "Nodes that are missing, most frequent first (nodes, workflows, type):"]
        lines += [f"{row.nodes:>7,} {row.workflows:>6,}  {row.type}" for row in coverage.missing]
    if coverage.gaps:
        lines += ["", "Other remarks, most frequent first (count, code, type, parameter):"]
        lines += [
            f"{row.count:>7,}  {row.code}  {row.type} {row.field}".rstrip() for row in coverage.gaps
        ]
    return lines


def _shares(coverage: Coverage) -> list[str]:
    """The share of nodes, and where there are notes the share without them."""
    mapped, nodes, notes = coverage.mapped, coverage.nodes, coverage.notes
    whole = f"{mapped + notes:,} of {nodes + notes:,} ({coverage.nodes_mapped:.1%})"
    if not notes:
        return [f"Nodes mapped: {whole}"]
    without = f"{mapped:,} of {nodes:,} ({coverage.nodes_mapped_without_notes:.1%})"
    return [f"Nodes mapped: {whole} with notes, {without} without"]


def _checked(imported: Imported, catalog: CatalogView) -> tuple[Document | None, Sequence[Finding]]:
    try:
        document = parse(imported.document)
    except DocumentInvalid as error:
        return None, error.findings
    return document, validate(document, catalog)


def _gaps(outcome: Outcome) -> Iterable[tuple[str, str, str, bool]]:
    """What was remarked besides node types that are not known at all."""
    for remark in outcome.remarks:
        if remark.code != "import.unknown_node":
            yield remark.code, _type(outcome, remark.node), remark.field, remark.blocks
    for finding in outcome.findings:
        if finding.level == "error":
            yield finding.code, _type(outcome, finding.node), _INDEX.sub("[]", finding.field), True


def _subjects(document: Document | None, ids: set[str]) -> Mapping[str, Subject]:
    return {
        node.id: Subject(name=node.name, type=_original(node))
        for node in (document.nodes if document else ())
        if node.id in ids
    }


def _original(node: NodeSpec) -> str:
    return str(node.config.get("original_type")) if node.type == _PLACEHOLDER else node.type


def _where(outcome: Outcome, node: str) -> str:
    return f"{outcome.subjects[node].name}: " if node in outcome.subjects else ""


def _type(outcome: Outcome, node: str) -> str:
    return outcome.subjects[node].type if node in outcome.subjects else ""


def _ranked(counts: Counter[_Counted]) -> list[tuple[_Counted, int]]:
    return sorted(counts.items(), key=lambda entry: (-entry[1], str(entry[0])))[:_MOST]


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 1.0

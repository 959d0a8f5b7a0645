"""The list of nodes."""

from __future__ import annotations

from penstock_node_flow.branch import Filter, If
from penstock_node_flow.compare import Compare
from penstock_node_flow.containers import ForEach, While
from penstock_node_flow.ends import Manual, NoOp, Stop
from penstock_node_flow.limit import Limit
from penstock_node_flow.loop import Loop
from penstock_node_flow.merge import Merge
from penstock_node_flow.subworkflow import ExecuteWorkflow, WorkflowCalled
from penstock_node_flow.switch import Switch

NODES = (
    Manual,
    If,
    Switch,
    Filter,
    Merge,
    Compare,
    Loop,
    ForEach,
    While,
    Limit,
    NoOp,
    Stop,
    ExecuteWorkflow,
    WorkflowCalled,
)

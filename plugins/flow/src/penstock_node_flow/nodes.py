"""The list of nodes."""

from __future__ import annotations

from penstock_node_flow.approval import Approval
from penstock_node_flow.batch import Batch
from penstock_node_flow.branch import Filter, If
from penstock_node_flow.compare import Compare
from penstock_node_flow.containers import ForEach, While
from penstock_node_flow.ends import Manual, NoOp, Stop
from penstock_node_flow.hosted import Chat, ErrorTrigger, Form, FormPage, Respond, Webhook
from penstock_node_flow.limit import Limit
from penstock_node_flow.loop import Loop
from penstock_node_flow.merge import Merge
from penstock_node_flow.schedule import Schedule
from penstock_node_flow.subworkflow import ExecuteWorkflow, WorkflowCalled
from penstock_node_flow.switch import Switch
from penstock_node_flow.throttle import Throttle
from penstock_node_flow.typed import Input, NamedResult
from penstock_node_flow.waiting import WaitNode

NODES = (
    Manual,
    Schedule,
    Webhook,
    Form,
    Chat,
    ErrorTrigger,
    Input,
    If,
    Switch,
    Filter,
    Merge,
    Compare,
    Loop,
    ForEach,
    While,
    Throttle,
    Batch,
    Limit,
    WaitNode,
    Approval,
    Respond,
    FormPage,
    NamedResult,
    NoOp,
    Stop,
    ExecuteWorkflow,
    WorkflowCalled,
)

"""Nodes that ask questions of items: paths, jq, SQL, JSON Schema."""

from penstock_node_data.queries.jmes_path import JmesPathQuery
from penstock_node_data.queries.jq import JqQuery
from penstock_node_data.queries.json_path import JsonPathQuery
from penstock_node_data.queries.sql import Sql
from penstock_node_data.queries.validate import Validate
from penstock_sdk import Node

NODES: tuple[type[Node], ...] = (JsonPathQuery, JmesPathQuery, JqQuery, Sql, Validate)

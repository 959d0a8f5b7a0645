"""Nodes that make series of values over time, and pictures of them."""

from penstock_node_data.charts.buckets import Buckets
from penstock_node_data.charts.chart import Chart
from penstock_sdk import Node

NODES: tuple[type[Node], ...] = (Buckets, Chart)

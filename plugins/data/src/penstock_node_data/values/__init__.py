"""Nodes that work on single values: dates, texts, keys, tokens."""

from penstock_node_data.values.crypto import Crypto
from penstock_node_data.values.date_time import DateTime
from penstock_node_data.values.edit_text import EditText
from penstock_node_data.values.jwt import Jwt
from penstock_node_data.values.totp import Totp
from penstock_sdk import Node

NODES: tuple[type[Node], ...] = (DateTime, EditText, Crypto, Jwt, Totp)

"""Nodes that read and write formats: JSON, XML, HTML, Markdown, archives."""

from penstock_node_data.formats.compression import Compression
from penstock_node_data.formats.html_node import Html
from penstock_node_data.formats.json_text import Json
from penstock_node_data.formats.markdown_node import Markdown
from penstock_node_data.formats.xml_node import Xml
from penstock_sdk import Node

NODES: tuple[type[Node], ...] = (Json, Xml, Html, Markdown, Compression)

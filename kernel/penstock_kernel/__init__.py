"""Loading plugins, the workflow document, planning, executing, journal, store."""

from penstock_kernel.document import Document, canonical, parse
from penstock_kernel.events import Event
from penstock_kernel.findings import DocumentInvalid, Finding
from penstock_kernel.kernel import Kernel
from penstock_kernel.result import Execution
from penstock_kernel.settings import Settings, load_settings

__all__ = [
    "Document",
    "DocumentInvalid",
    "Event",
    "Execution",
    "Finding",
    "Kernel",
    "Settings",
    "canonical",
    "load_settings",
    "parse",
]

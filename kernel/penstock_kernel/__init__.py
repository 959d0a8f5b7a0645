"""Loading plugins, the workflow document, planning, executing, journal, store."""

from penstock_kernel.execution.events import Event
from penstock_kernel.execution.result import Execution
from penstock_kernel.kernel import Kernel
from penstock_kernel.settings import Settings, load_settings
from penstock_kernel.workflow.document import Document, canonical, parse
from penstock_kernel.workflow.findings import DocumentInvalid, Finding

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

"""A document of nothing but mistakes must not keep the host busy."""

from __future__ import annotations

import time

import pytest

from penstock_kernel.workflow.document import parse
from penstock_kernel.workflow.explain import MAX_FINDINGS
from penstock_kernel.workflow.findings import DocumentInvalid


def test_mistakes_beyond_those_shown_cost_next_to_nothing() -> None:
    nodes = ",".join(['{"id":"!"}'] * 80_000)
    text = f'{{"format":"penstock/1","name":"x","nodes":[{nodes}],"edges":[]}}'

    began = time.thread_time()
    with pytest.raises(DocumentInvalid) as caught:
        parse(text)

    assert len(caught.value.findings) == MAX_FINDINGS
    assert time.thread_time() - began < 3

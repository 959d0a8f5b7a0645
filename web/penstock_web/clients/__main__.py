"""Write the clients and the description into a checkout, or tell what there is out of date.

Called as `python -m penstock_web.clients [--check] [FOLDER]`.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from penstock_web.api import ENDPOINTS
from penstock_web.clients import python, typescript
from penstock_web.clients.described import described
from penstock_web.http.openapi import openapi

PYTHON_CLIENT = "sdk/client/src/penstock_client"
JAVASCRIPT_CLIENT = "sdk/js/src"


def generated() -> Mapping[str, str]:
    """Everything that is made from the description, by where it is kept."""
    text = json.dumps(openapi(ENDPOINTS), indent=2, ensure_ascii=False) + "\n"
    api = described(json.loads(text))
    return {
        "docs/openapi.json": text,
        f"{PYTHON_CLIENT}/models.py": _in_form(python.models(api)),
        f"{PYTHON_CLIENT}/operations.py": _in_form(python.operations(api)),
        f"{JAVASCRIPT_CLIENT}/models.ts": typescript.models(api),
        f"{JAVASCRIPT_CLIENT}/operations.ts": typescript.operations(api),
    }


def _in_form(text: str) -> str:
    for words in (["check", "--quiet", "--select=F401,I", "--fix"], ["format", "--quiet"]):
        command = [sys.executable, "-m", "ruff", *words, "--stdin-filename=made.py", "-"]
        made = subprocess.run(command, input=text, capture_output=True, text=True, check=True)  # noqa: S603 - our own words
        text = made.stdout
    return text


def main(words: list[str]) -> int:
    """Do what was asked."""
    folder = Path(next((word for word in words if not word.startswith("-")), "."))
    stale: list[str] = []
    for name, text in generated().items():
        path = folder / name
        if path.exists() and path.read_text() == text:
            continue
        stale.append(name)
        if "--check" not in words:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    sys.stdout.writelines(f"{name}\n" for name in stale)
    return int(bool(stale) and "--check" in words)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

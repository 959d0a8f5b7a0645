"""The engine, the cache of native code, and the baked images."""

from __future__ import annotations

from pathlib import Path

import pytest
import wasmtime

from penstock_sandbox.errors import GuestRefused
from penstock_sandbox.guests import engine as engine_module
from penstock_sandbox.guests.engine import (
    cache_directory,
    compile_to_cache,
    compiled_module,
    guest_path,
    make_engine,
)
from penstock_sandbox.guests.javascript import JavaScriptDriver

#: An empty module, and one with a shared memory (the threads proposal).
EMPTY = b"\0asm\x01\0\0\0"
SHARED = EMPTY + b"\x05\x04\x01\x03\x01\x01"


@pytest.fixture
def engine() -> wasmtime.Engine:
    return make_engine()


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PENSTOCK_CACHE_DIR", str(tmp_path))
    return tmp_path / "native"


@pytest.fixture
def wasm(tmp_path: Path) -> Path:
    path = tmp_path / "empty.wasm"
    path.write_bytes(EMPTY)
    return path


def test_the_cache_is_open_to_its_owner_alone(cache: Path) -> None:
    assert cache_directory() == cache
    assert cache.stat().st_mode & 0o777 == 0o700


def test_what_was_compiled_is_loaded_without_compiling_again(
    cache: Path, engine: wasmtime.Engine, wasm: Path
) -> None:
    compiled_module(engine, wasm)
    (made,) = cache.glob("*.cwasm")
    before = made.stat().st_mtime_ns

    compiled_module(engine, wasm)

    assert made.stat().st_mtime_ns == before


@pytest.mark.parametrize("part", ["cwasm", "seal"])
def test_a_file_that_somebody_changed_is_made_again(
    cache: Path, engine: wasmtime.Engine, wasm: Path, part: str
) -> None:
    path = compile_to_cache(engine, EMPTY, kind="module")
    original = path.read_bytes()
    path.with_suffix(f".{part}").write_bytes(b"something else" + original)

    compiled_module(engine, wasm)

    assert path.read_bytes() == original


def test_a_file_that_others_may_write_is_made_again(cache: Path, engine: wasmtime.Engine) -> None:
    path = compile_to_cache(engine, EMPTY, kind="module")
    path.chmod(0o666)

    compile_to_cache(engine, EMPTY, kind="module")

    assert path.stat().st_mode & 0o077 == 0


def test_a_link_in_the_place_of_a_file_is_replaced_and_not_followed(
    cache: Path, engine: wasmtime.Engine, tmp_path: Path
) -> None:
    path = compile_to_cache(engine, EMPTY, kind="module")
    elsewhere = tmp_path / "elsewhere"
    path.rename(elsewhere)
    path.symlink_to(elsewhere)

    compile_to_cache(engine, EMPTY, kind="module")

    assert not path.is_symlink()


def test_a_cache_that_others_may_write_to_is_refused(cache: Path) -> None:
    cache_directory().chmod(0o777)

    with pytest.raises(GuestRefused, match="open to other users"):
        cache_directory()


def test_a_cache_that_cannot_be_made_or_written_is_refused_with_what_to_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: wasmtime.Engine
) -> None:
    monkeypatch.setenv("PENSTOCK_CACHE_DIR", str(tmp_path))
    (cache_directory() / "seal.key").mkdir(mode=0o700)
    with pytest.raises(GuestRefused, match="Is a directory") as unwritable:
        compile_to_cache(engine, EMPTY, kind="module")
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("PENSTOCK_CACHE_DIR", str(tmp_path / "file"))
    with pytest.raises(GuestRefused, match="Not a directory") as unreachable:
        cache_directory()

    assert all("PENSTOCK_CACHE_DIR" in one.value.hint for one in (unwritable, unreachable))


def test_a_key_that_others_may_read_is_refused(cache: Path, engine: wasmtime.Engine) -> None:
    compile_to_cache(engine, EMPTY, kind="module")
    (cache / "seal.key").chmod(0o644)

    with pytest.raises(GuestRefused, match="key"):
        compile_to_cache(engine, EMPTY, kind="module")


def test_other_settings_make_other_files(
    cache: Path, engine: wasmtime.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = compile_to_cache(engine, EMPTY, kind="module")
    monkeypatch.setitem(engine_module.SETTINGS, "max_wasm_stack", 1 << 19)

    assert compile_to_cache(engine, EMPTY, kind="module") != before


@pytest.mark.parametrize(
    "binary",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"MZ this is no WebAssembly", id="another format"),
        pytest.param(SHARED, id="threads"),
    ],
)
def test_what_is_no_module_for_this_engine_is_refused(
    cache: Path, engine: wasmtime.Engine, binary: bytes
) -> None:
    with pytest.raises(GuestRefused):
        compile_to_cache(engine, binary, kind="module")


def test_a_guest_that_was_not_built_says_how_to_build_it() -> None:
    with pytest.raises(GuestRefused) as caught:
        guest_path("cobol")

    assert "make setup" in caught.value.hint


@pytest.mark.parametrize("kind", ["expression", "javascript"])
def test_an_image_offers_its_host_only_what_the_host_calls(
    engine: wasmtime.Engine, kind: str
) -> None:
    module = wasmtime.Module(engine, guest_path(kind).read_bytes())

    assert {export.name for export in module.exports} == {
        "memory",
        "JS_NewStringLen",
        "JS_Call",
        "JS_FreeValue",
        "JS_ToCStringLen2",
        "JS_FreeCString",
        "JS_ExecutePendingJob",
        "JS_GetException",
        "qjs_get_true",
        "qjs_get_false",
        "wasm_malloc",
        "wasm_free",
    }


def test_an_image_of_another_build_is_refused(
    engine: wasmtime.Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = guest_path("expression").read_bytes().replace(b"\x01\x53\x4e\x50", b"\x00\x53\x4e\x50")
    (tmp_path / "expression.wasm").write_bytes(old)
    monkeypatch.setattr(engine_module, "GUESTS", tmp_path)

    with pytest.raises(GuestRefused, match="another version"):
        JavaScriptDriver(engine, "expression")

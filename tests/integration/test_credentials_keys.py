"""Keys are changed while work goes on, may be stopped anywhere, and nothing is lost."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import AsyncGenerator
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, text, update
from tests.support.databases import KINDS, new_sqlite_url, opened, url_of

from penstock_kernel.kernel import Kernel
from penstock_kernel.settings import Settings
from penstock_kernel.store.blobs import root_key
from penstock_kernel.store.credentials import Credential
from penstock_kernel.store.scope import Scope
from penstock_kernel.store.sealing import (
    RootKeyWrong,
    SealBroken,
    SealKeyMissing,
    fingerprint,
    generation_of,
)
from penstock_kernel.store.sql import credentials as rows
from penstock_kernel.store.sql import keys
from penstock_kernel.store.sql.credentials import Entry
from penstock_kernel.store.sql.database import Database
from penstock_kernel.store.sql.keys import open_keys
from penstock_kernel.store.sql.opening import open_database
from penstock_kernel.store.sql.tables import credentials
from penstock_kernel.work.credentials_rotation import NEW_KEY_FILE, Rotation, RotationRefused

ROOT, OTHER = bytes(range(32)), bytes(range(1, 33))
SCOPE = Scope("w1")


@pytest.fixture(params=KINDS)
async def db(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[Database]:
    async with opened(request.param, tmp_path) as found:
        yield found


def secret(number: int) -> str:
    return f"secret-{number}"


async def keep(db: Database, root: bytes, count: int) -> None:
    found = await open_keys(db, root, 0)

    def work(connection: Connection) -> None:
        for number in range(count):
            credential = Credential(
                id=f"c{number}",
                type="t",
                scheme="bearer",
                hosts=("https://api.example.com",),
                secrets={"token": secret(number)},
            )
            entry = Entry(name=f"C{number}", credential=credential)
            rows.add(connection, SCOPE, found.sealer, entry, 0)

    await db.transact(work)


async def secrets_of(db: Database, root: bytes) -> list[str]:
    found = await open_keys(db, root, 0)

    def query(connection: Connection) -> list[str]:
        ids = connection.execute(select(credentials.c.id).order_by(credentials.c.id)).scalars()
        kept = [rows.system_opened(connection, "w1", found.sealer, one) for one in ids]
        return [one.credential.secrets["token"] for one in kept]

    return await db.read(query)


async def test_keys_are_made_once_and_found_again(db: Database) -> None:
    first, second = await open_keys(db, ROOT, 0), await open_keys(db, ROOT, 0)

    assert first.files == second.files == ROOT
    assert first.root == fingerprint(ROOT)
    await keep(db, ROOT, 3)
    assert await secrets_of(db, ROOT) == [secret(0), secret(1), secret(2)]


async def test_another_root_key_is_refused_with_both_fingerprints_and_ways_out(
    db: Database,
) -> None:
    await open_keys(db, ROOT, 0)

    with pytest.raises(RootKeyWrong) as refused:
        await open_keys(db, OTHER, 0)

    assert fingerprint(OTHER) in refused.value.message
    assert fingerprint(ROOT) in refused.value.message
    assert "secret.key" in refused.value.hint
    assert "backup" in refused.value.hint


async def test_a_value_swapped_between_rows_does_not_open(db: Database) -> None:
    await keep(db, ROOT, 2)

    def swap(connection: Connection) -> None:
        one, two = connection.execute(select(credentials.c.sealed).order_by("id")).scalars()
        for name, value in (("c0", two), ("c1", one)):
            own = update(credentials).where(credentials.c.id == name)
            connection.execute(own.values(sealed=value))

    await db.transact(swap)

    with pytest.raises(SealBroken):
        await secrets_of(db, ROOT)


@pytest.mark.parametrize("column", ["workspace_id", "type", "version"])
async def test_a_row_that_says_something_else_of_its_value_does_not_open(
    db: Database, column: str
) -> None:
    await keep(db, ROOT, 1)
    value = 7 if column == "version" else "other"
    await db.transact(lambda one: one.execute(update(credentials).values({column: value})).rowcount)
    found = await open_keys(db, ROOT, 0)
    workspace = "other" if column == "workspace_id" else "w1"

    with pytest.raises(SealBroken):
        await db.read(lambda one: rows.system_opened(one, workspace, found.sealer, "c0"))


async def test_an_older_version_put_back_into_its_row_does_not_open(db: Database) -> None:
    await keep(db, ROOT, 1)
    found = await open_keys(db, ROOT, 0)
    old = await db.read(lambda one: one.execute(select(credentials.c.sealed)).scalar_one())

    def change(connection: Connection) -> None:
        kept = rows.opened(connection, SCOPE, found.sealer, "c0")
        entry = Entry(name="C", credential=kept.credential)
        rows.change(connection, SCOPE, found.sealer, entry, 0, 1)
        connection.execute(update(credentials).values(sealed=old))

    await db.transact(change)

    with pytest.raises(SealBroken):
        await secrets_of(db, ROOT)


async def rotation_of(db: Database, folder: Path) -> Rotation:
    root = root_key(folder)
    found = await open_keys(db, root, 0)
    return Rotation(db, found.sealer, folder, root, lambda: 1)


async def rotate(rotation: Rotation) -> None:
    await rotation.change_root()
    await rotation.change_master()
    await rotation.wrap_anew()


async def test_after_a_change_of_keys_the_old_ones_open_nothing(
    db: Database, tmp_path: Path
) -> None:
    old = root_key(tmp_path)
    await keep(db, old, 450)
    before = await open_keys(db, old, 0)
    rotation = await rotation_of(db, tmp_path)

    await rotate(rotation)

    new = root_key(tmp_path)
    assert new != old
    assert not (tmp_path / NEW_KEY_FILE).exists()
    assert sorted(await secrets_of(db, new)) == sorted(map(secret, range(450)))
    with pytest.raises(RootKeyWrong):
        await open_keys(db, old, 0)
    sealed = await db.read(lambda one: list(one.execute(select(credentials.c.sealed)).scalars()))
    assert {generation_of(one) for one in sealed} == {2}
    with pytest.raises(SealKeyMissing):
        await db.read(lambda one: before.sealer.rewrapped("w1", sealed[0]))
    # What lies in files goes on with the key that it has.
    assert (await open_keys(db, new, 0)).files == old
    status = await rotation.status()
    assert (status.generation, status.older, status.unfinished) == (
        2,
        dict.fromkeys(status.older, 0),
        False,
    )


async def test_a_process_that_runs_meanwhile_finds_the_new_keys(
    db: Database, tmp_path: Path
) -> None:
    await keep(db, root_key(tmp_path), 5)
    running = await open_keys(db, root_key(tmp_path), 0, lambda: root_key(tmp_path))

    await rotate(await rotation_of(db, tmp_path))

    kept = await db.read(lambda one: rows.system_opened(one, "w1", running.sealer, "c3"))
    assert kept.credential.secrets["token"] == secret(3)
    assert running.sealer.newest == 2


async def test_a_root_key_from_elsewhere_is_added_first_and_dropped_last(
    db: Database, tmp_path: Path
) -> None:
    await keep(db, ROOT, 5)
    found = await open_keys(db, ROOT, 0)
    rotation = Rotation(db, found.sealer, tmp_path, ROOT, lambda: 1)

    with pytest.raises(RotationRefused, match="does not come from the data directory"):
        await rotation.change_root()
    await rotation.add_root(OTHER)
    await rotation.change_master(also=OTHER)
    await rotation.wrap_anew()

    assert len(await secrets_of(db, ROOT)) == len(await secrets_of(db, OTHER)) == 5
    found = await open_keys(db, OTHER, 0)
    assert await Rotation(db, found.sealer, tmp_path, OTHER, lambda: 1).drop_others() == 3
    with pytest.raises(RootKeyWrong):
        await open_keys(db, ROOT, 0)


async def test_a_root_key_that_does_not_open_everything_drops_no_other(db: Database) -> None:
    await keep(db, ROOT, 1)
    await db.transact(lambda one: keys.add_root(one, ROOT, OTHER, 1))
    await db.transact(lambda one: keys.add_master(one, ROOT, 1))

    with pytest.raises(RootKeyWrong):
        await db.transact(lambda one: keys.drop_other_roots(one, OTHER))

    assert await secrets_of(db, ROOT) == [secret(0)]


_ROTATE = """
import asyncio, sys
from pathlib import Path
from penstock_kernel.store.blobs import root_key
from penstock_kernel.store.sql.keys import open_keys
from penstock_kernel.store.sql.opening import open_database
from penstock_kernel.work.credentials_rotation import Rotation

async def main():
    folder = Path(sys.argv[2])
    db = await open_database(sys.argv[1])
    while True:
        root = root_key(folder)
        sealer = (await open_keys(db, root, 0)).sealer
        rotation = Rotation(db, sealer, folder, root, lambda: 1)
        print("begun", flush=True)
        await rotation.change_root()
        await rotation.change_master()
        await rotation.wrap_anew()

asyncio.run(main())
"""


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_a_change_of_keys_killed_at_random_moments_loses_nothing(
    kind: str, tmp_path: Path
) -> None:
    kills, count = (12, 300) if kind == "sqlite" else (6, 300)
    url = url_of(kind, tmp_path)
    db = await open_database(url)
    await keep(db, root_key(tmp_path), count)
    seen: set[int] = set()

    for _ in range(kills):
        process = subprocess.Popen(  # noqa: ASYNC220, S603
            [sys.executable, "-c", _ROTATE, url, str(tmp_path)], stdout=subprocess.PIPE
        )
        assert process.stdout is not None
        assert process.stdout.readline() == b"begun\n"
        # Where it is by then is what differs.
        with suppress(subprocess.TimeoutExpired):
            process.wait(random.random() * 0.3)  # noqa: S311
        process.kill()
        process.communicate()
        assert sorted(await secrets_of(db, root_key(tmp_path))) == sorted(map(secret, range(count)))
        seen.add((await open_keys(db, root_key(tmp_path), 0)).sealer.newest)

    await rotate(await rotation_of(db, tmp_path))

    assert sorted(await secrets_of(db, root_key(tmp_path))) == sorted(map(secret, range(count)))
    assert len(await db.read(keys.roots)) == 1
    assert max(seen) > 1
    await db.close()


async def test_a_kernel_refuses_to_start_with_another_key(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, database=new_sqlite_url(tmp_path / "p.db"))
    async with Kernel.open(settings) as kernel:
        assert kernel.host.sealer.newest == 1
    (tmp_path / "secret.key").write_bytes(OTHER)

    with pytest.raises(RootKeyWrong):
        async with Kernel.open(settings):
            pass


def on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.glob("p.db*"))


async def test_the_database_has_no_key_in_the_clear(tmp_path: Path) -> None:
    url = new_sqlite_url(tmp_path / "p.db")
    db = await open_database(url)
    found = await open_keys(db, ROOT, 0)
    masters = await db.read(lambda one: keys.masters(one, ROOT))
    await db.transact(lambda one: one.execute(text("SELECT 1")).scalar())
    await db.close()
    stored = on_disk(tmp_path)

    assert found.files not in stored
    assert not [key for key in masters.values() if key in stored]

"""What is sealed opens in its place, as it was, with its key, and in no other way."""

from __future__ import annotations

import os
import time

import pytest

from penstock_kernel.store.sealing import (
    Place,
    SealBroken,
    Sealer,
    SealKeyMissing,
    fingerprint,
    generation_of,
    unwrap,
    wrap,
)

PLACE = Place("w1", "credential", "cr_1", 3, "acme")
SECRET = b"a secret of some length"


def sealer(*generations: int) -> Sealer:
    return Sealer({number: bytes([number]) * 32 for number in generations or (1,)})


def test_what_was_sealed_opens_in_its_place() -> None:
    sealed = sealer().seal(PLACE, SECRET)

    assert sealer().open(PLACE, sealed) == SECRET
    assert SECRET not in sealed


def test_the_same_value_is_never_sealed_the_same_way() -> None:
    one = sealer()

    assert len({one.seal(PLACE, SECRET) for _ in range(50)}) == 50


def test_a_change_of_any_byte_is_noticed() -> None:
    one = sealer(1, 2)
    sealed = one.seal(PLACE, SECRET)

    for at in range(len(sealed)):
        changed = bytearray(sealed)
        changed[at] ^= 1 << (at % 8)
        with pytest.raises((SealBroken, SealKeyMissing)):
            one.open(PLACE, bytes(changed))


def test_what_is_cut_off_is_noticed_wherever_it_was_cut() -> None:
    one = sealer()
    sealed = one.seal(PLACE, SECRET)

    for length in range(len(sealed)):
        with pytest.raises(SealBroken):
            one.open(PLACE, sealed[:length])


@pytest.mark.parametrize(
    "elsewhere",
    [
        PLACE._replace(workspace="w2"),
        PLACE._replace(kind="signing_key"),
        PLACE._replace(id="cr_2"),
        PLACE._replace(version=2),
        PLACE._replace(type="other"),
        # What would be the same text, if the parts were only put beside each other.
        Place("w1", "credential", "cr_1|3", 3, "acme"),
        Place("w1|credential", "credential", "cr_1", 3, "acme"),
    ],
)
def test_a_value_that_was_moved_does_not_open(elsewhere: Place) -> None:
    one = sealer()

    with pytest.raises(SealBroken):
        one.open(elsewhere, one.seal(PLACE, SECRET))


def test_the_key_of_another_value_does_not_open_this_one() -> None:
    one = sealer()
    first, second = one.seal(PLACE, SECRET), one.seal(PLACE, SECRET)

    with pytest.raises(SealBroken):
        one.open(PLACE, first[:67] + second[67:])


def test_a_value_wrapped_anew_needs_the_new_key_and_not_the_old_one() -> None:
    old, both, new = sealer(1), sealer(1, 2), sealer(2)
    sealed = old.seal(PLACE, SECRET)

    wrapped = both.rewrapped(PLACE.workspace, sealed)

    assert (generation_of(sealed), generation_of(wrapped)) == (1, 2)
    assert new.open(PLACE, wrapped) == SECRET
    with pytest.raises(SealKeyMissing):
        old.open(PLACE, wrapped)
    with pytest.raises(SealBroken):
        both.rewrapped("w2", sealed)


def test_a_key_that_was_added_meanwhile_is_looked_for() -> None:
    sealed = sealer(1, 2).seal(PLACE, SECRET)
    asked: list[object] = []

    def reload(reader: object) -> dict[int, bytes]:
        asked.append(reader)
        return {2: bytes([2]) * 32}

    one = Sealer({1: bytes([1]) * 32}, reload)

    with pytest.raises(SealKeyMissing):
        one.open(PLACE, sealed)
    assert one.open(PLACE, sealed, "a connection") == SECRET
    assert one.open(PLACE, sealed) == SECRET
    assert asked == ["a connection"]
    assert one.newest == 2


def test_a_key_opens_under_its_name_and_its_root_key_only() -> None:
    root, other, key = os.urandom(32), os.urandom(32), os.urandom(32)
    wrapped = wrap(root, "master 1", key)

    assert unwrap(root, "master 1", wrapped) == key
    for bad_root, name, bad in (
        (other, "master 1", wrapped),
        (root, "master 2", wrapped),
        (root, "master 1", wrapped[:-1]),
        (root, "master 1", b""),
    ):
        with pytest.raises(SealBroken):
            unwrap(bad_root, name, bad)


def test_a_fingerprint_tells_keys_apart_and_is_no_part_of_them() -> None:
    root = os.urandom(32)

    assert fingerprint(root) == fingerprint(root)
    assert fingerprint(root) != fingerprint(os.urandom(32))
    assert fingerprint(root) not in root.hex()


def test_sealing_and_opening_take_far_less_than_a_millisecond() -> None:
    one, value = sealer(), os.urandom(500)
    one.open(PLACE, one.seal(PLACE, value))
    started = time.thread_time()

    for _ in range(500):
        one.open(PLACE, one.seal(PLACE, value))

    assert time.thread_time() - started < 0.25

"""Signed, expiring links to blobs."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock_kernel.store.blobs import FileBlobs
from penstock_kernel.store.links import LONGEST_S, LinkInvalid, Links, LinkTooLong
from penstock_sdk import BinaryRef

ROOT_KEY = b"k" * 32
BLOBS = FileBlobs(Path("nowhere"), ROOT_KEY)


class Now:
    ms = 0

    def __call__(self) -> int:
        return self.ms


NOW = Now()
LINKS = Links(ROOT_KEY, BLOBS, NOW)
BLOB = BinaryRef(id="b1", size=7, media_type="text/plain", file_name="ä b.txt")


def test_a_link_says_what_it_was_made_for_until_it_expires() -> None:
    now = Now()
    links = Links(ROOT_KEY, BLOBS, now)
    now.ms = 1_000
    word = links.make("w", BLOB, ttl_s=60)
    now.ms = 60_999

    found = links.read(word)

    assert (found.workspace, found.blob, found.expires_ms) == ("w", BLOB, 61_000)
    assert word.replace("-", "").replace("_", "").isalnum()
    now.ms = 61_000
    with pytest.raises(LinkInvalid):
        links.read(word)


@pytest.mark.parametrize("ttl_s", [0, -1, LONGEST_S + 1, float("inf"), float("nan")])
def test_a_link_lasts_seven_days_at_most(ttl_s: float) -> None:
    with pytest.raises(LinkTooLong):
        LINKS.make("w", BLOB, ttl_s=ttl_s)


async def test_a_link_is_followed_to_the_bytes(tmp_path: Path) -> None:
    blobs = FileBlobs(tmp_path, ROOT_KEY)
    links = Links(ROOT_KEY, blobs, NOW)
    ref = await blobs.write("w", b"content")

    found = [chunk async for chunk in links.open(links.make("w", ref))]

    assert b"".join(found) == b"content"


def test_a_link_of_another_installation_is_refused() -> None:
    word = Links(b"x" * 32, BLOBS, NOW).make("w", BLOB)

    with pytest.raises(LinkInvalid):
        LINKS.read(word)


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_a_link_that_was_changed_anywhere_is_refused(place: int, change: int) -> None:
    word = LINKS.make("w", BLOB)
    place %= len(word)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    other = letters[(letters.index(word[place]) + change) % 64]
    changed = word[:place] + other + word[place + 1 :]

    if changed != word:
        try:
            found = LINKS.read(changed)
        except LinkInvalid:
            return
        # The last letter has bits that say nothing.
        assert (place, found.blob) == (len(word) - 1, BLOB)


@given(st.text(max_size=200))
def test_anything_else_is_refused(word: str) -> None:
    with pytest.raises(LinkInvalid):
        LINKS.read(word)

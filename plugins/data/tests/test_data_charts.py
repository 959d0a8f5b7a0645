"""Series over time, and pictures."""

from __future__ import annotations

import io
from typing import Any
from xml.etree import ElementTree

import pytest
from PIL import Image

from penstock_node_data.charts.buckets import Buckets
from penstock_node_data.charts.chart import Chart
from penstock_node_data.charts.scale import nice_ticks, written
from penstock_sdk import NodeFailed
from penstock_sdk.testing import TestContext, arun_node, items_of, run_node

EVENTS: list[dict[str, Any]] = [
    {"at": "2026-03-01T09:00:00Z", "total": 10, "plan": "a"},
    {"at": 1772582400, "total": None, "plan": "b"},  # 4 March, in seconds
    {"at": 1772582400000, "total": "2.5", "plan": "a"},  # the same in milliseconds
]


def buckets(items: list[dict[str, Any]], **config: Any) -> list[dict[str, Any]]:
    config = {"time_field": "at", "timezone": "UTC", **config}
    return [item.json for item in run_node(Buckets, config, items).get("main", [])]


def test_days_without_items_are_filled_in() -> None:
    found = buckets(EVENTS, measures=[{"field": "total", "operation": "sum"}])

    assert [(row["start"][:10], row["count"], row["sum_total"]) for row in found] == [
        ("2026-03-01", 1, 10),
        ("2026-03-02", 0, 0),
        ("2026-03-03", 0, 0),
        ("2026-03-04", 2, 2.5),
    ]


def test_each_group_has_every_bucket() -> None:
    found = buckets(EVENTS, group_by="plan", fill="null")

    assert [(row["plan"], row["count"]) for row in found] == [
        *(("a", n) for n in (1, 0, 0, 1)),
        *(("b", n) for n in (0, 0, 0, 1)),
    ]


def test_the_hour_that_comes_twice_in_autumn_is_two_buckets() -> None:
    items = [{"at": f"2026-10-25T02:30:00+0{n}:00"} for n in (2, 1)]

    found = buckets(items, unit="hour", timezone="Europe/Berlin")

    assert [row["start"] for row in found] == [
        "2026-10-25T02:00:00+02:00",
        "2026-10-25T02:00:00+01:00",
    ]


@pytest.mark.parametrize(
    ("unit", "start"),
    [
        pytest.param("week", "2026-03-02", id="weeks-begin-on-monday"),
        pytest.param("month", "2026-03-01", id="month"),
        pytest.param("quarter", "2026-01-01", id="quarter"),
        pytest.param("year", "2026-01-01", id="year"),
    ],
)
def test_a_stretch_begins_where_the_calendar_says(unit: str, start: str) -> None:
    assert buckets([{"at": "2026-03-04T12:00:00Z"}], unit=unit)[0]["start"][:10] == start


def test_an_item_without_a_time_is_told_or_left_out() -> None:
    with pytest.raises(NodeFailed, match="holds no time") as caught:
        buckets([*EVENTS, {"at": "soon"}])
    assert caught.value.item == 3
    assert len(buckets([*EVENTS, {"at": "soon"}], skip_unreadable=True)) == 4


def test_more_buckets_than_anybody_can_want_are_refused() -> None:
    with pytest.raises(NodeFailed, match="more than 100,000 buckets"):
        buckets([{"at": 0}, {"at": "2026-01-01T00:00:00Z"}], unit="minute")


def test_a_text_that_is_no_number_is_told_with_its_item() -> None:
    with pytest.raises(NodeFailed, match="holds no number") as caught:
        buckets([{"at": 0, "n": "many"}], measures=[{"field": "n"}])
    assert caught.value.item == 0


DAYS: list[dict[str, Any]] = [{"day": f"d{n}", "orders": n, "total": n * 2.5} for n in range(12)]


async def picture(items: list[dict[str, Any]], **config: Any) -> tuple[bytes, Any]:
    ctx = TestContext(
        Chart, {"value_fields": "orders, total", "label_field": "day", **config}, items_of(items)
    )
    (item,) = (await arun_node(Chart, context=ctx))["main"]
    assert item.binary is not None
    ref = item.binary["chart"]
    return await ctx.binary.read(ref), ref


@pytest.mark.parametrize("kind", ["bar", "line", "area", "pie"])
async def test_every_kind_is_drawn_as_svg_that_needs_nothing_from_outside(kind: str) -> None:
    data, ref = await picture(DAYS, kind=kind, title="A & <b>")

    root = ElementTree.fromstring(data)  # noqa: S314  made here
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert b"href" not in data
    assert b"<script" not in data
    assert ref.media_type == "image/svg+xml"
    assert "A & <b>" in "".join(root.itertext())


async def test_a_png_has_the_size_that_was_asked_for_and_the_colours_of_the_series() -> None:
    data, ref = await picture(DAYS, format="png", width=300, height=200)

    image = Image.open(io.BytesIO(data))
    assert image.size == (300, 200)
    assert ref.media_type == "image/png"
    assert len(image.convert("RGB").getcolors(100_000) or ()) > 10


async def test_a_chart_of_values_that_are_no_numbers_says_that_there_is_no_data() -> None:
    data, _ = await picture([{"day": "a", "orders": "x"}])

    assert b"No data" in data


async def test_markup_in_data_stays_text() -> None:
    data, _ = await picture([{"day": "<script>alert(1)</script>", "orders": 1}])

    assert b"<script" not in data


async def test_points_need_numbers_from_left_to_right() -> None:
    with pytest.raises(NodeFailed, match="needs numbers"):
        await picture(DAYS, kind="scatter")

    data, _ = await picture(DAYS, kind="scatter", label_field="orders", value_fields="total")
    assert data.count(b"<circle") == 12


def test_a_chart_of_too_many_points_says_what_to_do() -> None:
    with pytest.raises(NodeFailed, match="more than a chart can show"):
        run_node(Chart, {"value_fields": "n"}, [{"n": 1}] * 20_001)


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        pytest.param(0, 0, [0, 0.2, 0.4, 0.6, 0.8, 1.0], id="nothing"),
        pytest.param(0, 97, [0, 20, 40, 60, 80, 100], id="hundred"),
        pytest.param(-3, 8, [-5, -2.5, 0, 2.5, 5, 7.5, 10], id="both-sides"),
    ],
)
def test_ticks_are_round(low: float, high: float, expected: list[float]) -> None:
    assert nice_ticks(low, high) == expected


@pytest.mark.parametrize(
    ("value", "text"),
    [(1234.5, "1,234.5"), (2_500_000, "2.5M"), (0.3, "0.3"), (1e20, "1.00e+20"), (0, "0")],
)
def test_values_are_written_short(value: float, text: str) -> None:
    assert written(value) == text

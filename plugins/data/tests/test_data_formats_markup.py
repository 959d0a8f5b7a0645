"""XML, HTML, Markdown and JSON."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock_node_data.formats.html_markdown import to_markdown
from penstock_node_data.formats.html_node import Html
from penstock_node_data.formats.json_text import Json
from penstock_node_data.formats.markdown_html import to_html
from penstock_node_data.formats.markdown_node import Markdown
from penstock_node_data.formats.xml_node import Xml
from penstock_sdk import NodeFailed
from penstock_sdk.testing import TestContext, arun_node, items_of, outputs_of, run_node


def from_xml(source: Any, **reading: Any) -> Any:
    return run_node(Xml, {"reading": reading}, [{"data": source}])["main"][0].json


def to_xml(json: dict[str, Any], **writing: Any) -> Any:
    config = {"mode": "write", "writing": {"headless": True, **writing}}
    return run_node(Xml, config, [json])["main"][0].json["data"]


@pytest.mark.parametrize(
    ("source", "reading", "expected"),
    [
        ("<a>1</a>", {}, {"a": "1"}),
        ("<a/>", {}, {"a": ""}),
        ("<a><b>1</b><b>2</b></a>", {}, {"a": {"b": ["1", "2"]}}),
        ('<a x="1">t</a>', {}, {"a": {"_": "t", "x": "1"}}),
        ('<a x="1">t</a>', {"merge_attributes": False}, {"a": {"_": "t", "$": {"x": "1"}}}),
        ('<a x="1">t</a>', {"ignore_attributes": True}, {"a": "t"}),
        ("<a><b>1</b></a>", {"always_arrays": True}, {"a": {"b": ["1"]}}),
        ("<a><b>1</b></a>", {"with_root": False}, {"b": "1"}),
        ("<A><B> x  y </B></A>", {"lower_names": True, "normalize": True}, {"a": {"b": "x y"}}),
        ("<a> t </a>", {"trim": True}, {"a": "t"}),
        ("<a><![CDATA[<b>]]></a>", {}, {"a": "<b>"}),
        ('<n:a xmlns:n="u">1</n:a>', {}, {"n:a": {"_": "1", "xmlns:n": "u"}}),
        ("<a>&lt;&amp;&#65;</a>", {"text_key": "#"}, {"a": "<&A"}),
        ('<?xml version="1.0" encoding="ISO-8859-1"?><a>ü</a>', {}, {"a": "ü"}),
    ],
)
def test_xml_is_read(source: str, reading: dict[str, Any], expected: Any) -> None:
    assert from_xml(source, **reading) == expected


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("<a>", "no element found"),
        ("no xml", "syntax error in line 1"),
        ("", "no element found"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "declares entities"),
        ('<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', "declares entities"),
        ("<a>" * 300 + "</a>" * 300, "more than 200 levels"),
    ],
)
def test_xml_that_is_broken_or_hostile_is_refused(source: str, message: str) -> None:
    with pytest.raises(NodeFailed, match=message):
        from_xml(source)


def test_a_missing_field_and_a_wrong_type_are_told() -> None:
    with pytest.raises(NodeFailed, match='no JSON property called "data"'):
        run_node(Xml, {}, [{"other": 1}])
    with pytest.raises(NodeFailed, match="an array or an object"):
        from_xml({"a": 1})


@pytest.mark.parametrize(
    ("json", "writing", "expected"),
    [
        ({"a": 1}, {}, "<a>1</a>"),
        ({"a": 1, "b": None}, {}, "<root>\n  <a>1</a>\n  <b/>\n</root>"),
        ({"a": {"b": [1, True]}}, {}, "<a>\n  <b>1</b>\n  <b>true</b>\n</a>"),
        ({"a": {"$": {"x": '"<'}, "_": "t & u"}}, {}, '<a x="&quot;&lt;">t &amp; u</a>'),
        ({"a": "<b>"}, {"cdata": True}, "<a><![CDATA[<b>]]></a>"),
        ({"a": 1}, {"root": "r"}, "<r>\n  <a>1</a>\n</r>"),
        ({"a": [{"b": 1}, {"b": 2}]}, {}, "<a>\n  <b>1</b>\n  <b>2</b>\n</a>"),
    ],
)
def test_xml_is_written(json: dict[str, Any], writing: dict[str, Any], expected: str) -> None:
    assert to_xml(json, **writing) == expected


@pytest.mark.parametrize("json", [{"a b": 1}, {"a><x": 1}, {"": 1}, {"a": "\x00"}])
def test_what_xml_has_no_way_to_write_is_told(json: dict[str, Any]) -> None:
    with pytest.raises(NodeFailed, match="cannot be written as XML"):
        to_xml(json)


texts = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1).filter(str.strip)


@given(st.dictionaries(st.from_regex(r"[a-z]{1,5}", fullmatch=True), texts, min_size=1))
def test_what_is_written_as_xml_is_read_again(json: dict[str, str]) -> None:
    assert from_xml(to_xml({"doc": json})) == {"doc": json}


PAGE = """<html><head><title>T</title></head><body><h1>News</h1>
<p class="a">One <b>two</b></p><p>Three</p><ul><li>x</li><li>y</li></ul>
<a href="/1" data-x>link</a><input name="n" value="v"><script>evil()</script></body></html>"""


async def extract(html: Any = PAGE, more: Any = None, **row: Any) -> Any:
    config = {"field": "h", "values": [{"name": "r", **row}], "more": more or {}}
    outputs = await arun_node(Html, config, [{"h": html}])
    return outputs["main"][0].json.get("r", "nothing")


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"selector": "h1"}, "News"),
        ({"selector": "body"}, "NEWS\n\nOne two\n\nThree\n\n * x\n * y\n\nlink [/1]"),
        ({"selector": "body", "skip": "h1, ul, a"}, "One two\n\nThree"),
        ({"selector": "p", "take": "content"}, "One twoThree"),
        ({"selector": "p", "as_list": True}, ["One two", "Three"]),
        ({"selector": ".a", "take": "html"}, "One <b>two</b>"),
        ({"selector": "a", "take": "attribute", "attribute": "href"}, "/1"),
        ({"selector": "a", "take": "attribute"}, {"href": "/1", "data-x": ""}),
        ({"selector": "input", "take": "value"}, "v"),
        ({"selector": "p:last", "take": "content"}, "Three"),
        ({"selector": "li:eq(1)", "take": "content"}, "y"),
        ({"selector": "p:contains('Thr')", "take": "content"}, "Three"),
        ({"selector": ".none"}, ""),
        ({"selector": ".none", "as_list": True}, []),
        ({"selector": ".none", "take": "attribute", "attribute": "href"}, "nothing"),
    ],
)
async def test_values_are_taken_out_of_html(row: dict[str, Any], expected: Any) -> None:
    assert await extract(**row) == expected


async def test_values_are_tidied() -> None:
    html = "<p>  a \n\n  b  </p>"

    assert await extract(html, {"trim": True}, selector="p", take="content") == "a \n\n  b"
    assert await extract(html, {"clean_up": True}, selector="p", take="content") == "a b"


@pytest.mark.parametrize("selector", ["p:::", "", "[", "a" * 3_000])
async def test_a_selector_of_no_use_is_told(selector: str) -> None:
    with pytest.raises(NodeFailed, match=r"selector"):
        await extract(selector=selector)


async def test_a_list_of_html_gives_an_item_for_each() -> None:
    config = {"field": "h", "values": [{"name": "t", "selector": "b"}]}
    context = TestContext(Html, config, items_of([{"h": ["<b>1</b>", "<b>2</b>"]}, {"h": []}]))

    found = (await outputs_of(Html, context))["main"]

    assert [item.json for item in found.items] == [{"t": "1"}, {"t": "2"}]
    assert found.parents == [0, 0]


async def test_deeply_nested_html_is_read_without_recursion() -> None:
    html = "<div>" * 5_000 + "deep" + "</div>" * 5_000

    assert await extract(html, selector="div") == "deep"
    assert to_markdown(html, {}).strip() == "deep"


def test_a_table_escapes_what_it_shows() -> None:
    rows = [{"name": "<b>", "n": 1}, {"name": "x", "ok": True}]

    [item] = run_node(Html, {"mode": "table", "more": {"unstyled": True}}, rows)["main"]

    assert "<td>&lt;b&gt;</td>" in item.json["html"]
    assert item.json["html"].count("<tr>") == 3


def test_a_template_is_filled_for_each_item() -> None:
    config = {"mode": "generate", "template": "={{ $json.x }}"}

    found = run_node(Html, config, [{"x": "<p>1</p>"}, {"x": "<p>2</p>"}])["main"]

    assert [item.json for item in found] == [{"html": "<p>1</p>"}, {"html": "<p>2</p>"}]


@pytest.mark.parametrize(
    ("html", "options", "expected"),
    [
        ("<h2>T</h2><p>a <b>b</b> <i>c</i></p>", {}, "## T\n\na **b** _c_"),
        ('<a href="/x" title="t">l</a>', {}, '[l](/x "t")'),
        ('<a href="http://x">http://x</a>', {}, "<http://x>"),
        ("<ul><li>a<ul><li>b</li></ul></li></ul>", {}, "* a\n  * b"),
        ('<ol start="3"><li>a</li><li>b</li></ol>', {"bullet": "-"}, "3. a\n4. b"),
        ('<pre><code class="language-py">x\n</code></pre>', {}, "```py\nx\n```"),
        ("<p>1 * 2 [x]</p><p># no</p>", {}, "1 \\* 2 \\[x\\]\n\n\\# no"),
        ("<nav>menu</nav><p>x</p>", {"ignore": "nav"}, "x"),
        (
            "<table><tr><th>a|b</th></tr><tr><td>c</td></tr></table>",
            {},
            "| a\\|b |\n| --- |\n| c |",
        ),
        ("a<br>b<hr>", {}, "a  \nb\n\n---"),
        ('<img src="data:x" alt="a"><img src="b.png" alt="c">', {}, "![c](b.png)"),
        ("<blockquote><p>q</p><p>r</p></blockquote>", {}, "> q\n>\n> r"),
        ('<a href="/x">l</a>', {"references": True}, "[l][1]\n\n[1]: /x"),
        ("<script>x</script><style>y</style>", {}, ""),
    ],
)
def test_html_as_markdown(html: str, options: dict[str, Any], expected: str) -> None:
    assert to_markdown(html, options) == expected


@pytest.mark.parametrize(
    ("markdown", "options", "expected"),
    [
        ("# A *b*!", {}, '<h1 id="ab">A <em>b</em>!</h1>'),
        ("#Tight", {"first_level": 2}, '<h2 id="tight">Tight</h2>'),
        ("# A\n# A", {}, '<h1 id="a">A</h1>\n<h1 id="a-1">A</h1>'),
        ("# A b", {"github_ids": True}, '<h1 id="a-b">A b</h1>'),
        ("# A {own}", {"custom_ids": True}, '<h1 id="own">A</h1>'),
        ("# A", {"no_ids": True}, "<h1>A</h1>"),
        ("a\n- b", {}, "<p>a\n- b</p>"),
        ("- a\n    - b", {}, "<ul>\n<li>a<ul>\n<li>b</li></ul></li>\n</ul>"),
        ("a\nb", {"line_breaks": True}, "<p>a<br />\nb</p>"),
        ("> a\n> b", {}, "<blockquote>\n  <p>a\n  b</p>\n</blockquote>"),
        ("***a***", {}, "<p><strong><em>a</em></strong></p>"),
        ("wait... & 'so'", {}, "<p>wait… &amp; 'so'</p>"),
        ("```js\na<b\n```", {}, '<pre><code class="js language-js">a&lt;b\n</code></pre>'),
        ("~~a~~", {"strikethrough": True}, "<p><del>a</del></p>"),
        (":rocket: :nope:", {"emoji": True}, "<p>🚀 :nope:</p>"),
        (
            "see http://x.y.",
            {"bare_links": True},
            '<p>see <a href="http://x.y">http://x.y</a>.</p>',
        ),
        ("<b>x</b>", {"escape_html": True}, "<p>&lt;b>x&lt;/b></p>"),
        ("```\n#tight\n```", {}, "<pre><code>#tight\n</code></pre>"),
    ],
)
def test_markdown_as_html(markdown: str, options: dict[str, Any], expected: str) -> None:
    assert to_html(markdown, options) == expected


@given(st.text(max_size=200))
def test_any_text_can_be_converted_both_ways(text: str) -> None:
    to_markdown(to_html(text, {"tables": True, "tasks": True, "bare_links": True}), {})


async def test_a_plain_replacement_needs_no_sandbox() -> None:
    config = {"source": "<p>a.b</p>", "replacements": [{"pattern": "a", "replacement": "c"}]}

    assert (await arun_node(Markdown, config, [{}]))["main"][0].json["data"] == "c.b"


def parse(value: Any, **config: Any) -> Any:
    rows = [{"v": value}]
    return run_node(Json, {"value": "={{ $json.v }}", **config}, rows)["main"][0].json["data"]


def test_json_is_parsed_and_written() -> None:
    assert parse('{"a": [1, null]}') == {"a": [1, None]}
    assert parse({"a": 1}) == {"a": 1}
    assert parse({"b": 1, "a": "ü"}, mode="stringify", sort_keys=True) == '{"a":"ü","b":1}'


@pytest.mark.parametrize("source", ["{", "NaN", "", "[" * 200_000])
def test_what_is_no_json_is_told_or_null(source: str) -> None:
    with pytest.raises(NodeFailed, match="is not JSON"):
        parse(source)
    assert parse(source, null_on_error=True) is None


@pytest.mark.parametrize("node", [Xml, Html, Markdown, Json])
async def test_no_items_give_no_items(node: Any) -> None:
    assert not (await arun_node(node, {}, [])).get("main")


async def test_100_000_documents() -> None:
    items = items_of([{"data": f"<a><b>{n}</b></a>"} for n in range(100_000)])

    found = (await outputs_of(Xml, TestContext(Xml, {}, items)))["main"].items

    assert found[-1].json == {"a": {"b": "99999"}}

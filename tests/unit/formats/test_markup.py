"""HTML becomes plain text and a safe copy."""

import pytest

from worker.formats.html import plain_text, sanitise


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("<p>One<br>Two<br/>Three</p>", "One\nTwo\nThree"),
        ("<p>One <b>bold</b>, <i>it</i>alic</p>", "One bold, italic"),
        ("<ul><li>a</li><li>b</li></ul>after", "a\n\nb\n\nafter"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\n\nc"),
        ("a &amp; b &lt;c&gt; &eacute;&#8211;&nbsp;d", "a & b <c> é– d"),
        ("<p>a</p><script>if (1 < 2) { x('<p>') }</script><p>b</p>", "a\n\nb"),
        ("<style>p > a { }</style>a<!-- <p>no</p> -->b", "ab"),
        ('<p title="a > b">c</p>', "c"),
        ("<p\n class='x'\n>Broken\n   lines</p>", "Broken lines"),
        ("<pre>a  b\n  c</pre><p>d</p>", "a  b\nc\n\nd"),
        ("5 < 6 and 7 > 3", "5 < 6 and 7 > 3"),
        ("soft\u00adhyphen", "softhyphen"),
        ("", ""),
    ],
)
def test_markup_becomes_text(markup: str, text: str) -> None:
    """Blocks are parted, inline elements are not, and references are resolved."""
    assert plain_text(markup).replace("\n\n\n", "\n\n") == text


@pytest.mark.parametrize(
    "markup",
    [
        "<p>a<script>x()</script></p>",
        '<p onclick="x()">a</p>',
        '<a href="javascript:x()">a</a>',
        '<p>a<img src="http://t.example/p.gif" width="1" height="1"></p>',
        "<p>a<img width=0 src=http://t.example/p></p>",
        '<p>a<img src="http://t.example/p" style="display: none"></p>',
        '<p>a<iframe src="http://t.example/"></iframe></p>',
        "<p style='background:url(http://t.example/)'>a</p>",
        '<form action="http://t.example/"><p>a</p><input name="b"></form>',
        '<svg onload="x()"><p>a</p></svg>',
    ],
)
def test_the_safe_copy_has_nothing_active(markup: str) -> None:
    """Scripts, handlers, forms, frames, styles and tracking pixels are gone; the text stays."""
    safe = sanitise(markup)

    assert "a" in plain_text(safe) or "svg" in markup
    for word in ("script", "onclick", "onload", "t.example", "x()", "<form", "<input", "style"):
        assert word not in safe


def test_the_safe_copy_keeps_what_readers_see() -> None:
    """Pictures of their own size, links, tables and emphasis stay."""
    markup = '<p>A <a href="https://a.example/" title="t">link</a> and <em>more</em></p><img src="https://a.example/1.jpg" width="640">'

    safe = sanitise(markup)

    assert '<img src="https://a.example/1.jpg" width="640">' in safe
    assert 'href="https://a.example/"' in safe
    assert "<em>more</em>" in safe

"""Markup that would take parsers a square of its length is known beforehand, and ordinary pages are not."""

import pytest

from worker.formats import decode
from worker.formats.bounds import unruly
from worker.formats.markup import sanitise
from worker.model import Raw
from worker.outcome import Reason, Reject

MANY = " ".join(f'a{n}="{n}"' for n in range(100_000))


@pytest.mark.parametrize(
    ("markup", "problem"),
    [
        ("<p " + MANY + ">x</p>", "too many attributes"),
        ("<p " + "a " * 3000 + ">", "too many attributes"),
        ('<p title=">" ' + "a " * 3000 + ">", "too many attributes"),
        ("<p " + 'a="<" ' * 3000 + ">", "too many attributes"),
        ("<p " + "a/" * 3000, "too many attributes"),
        ("<div>" * 400, "nested too deeply"),
        ("<b>" * 400 + "x", "nested too deeply"),
        ("<div></span>" * 400, "nested too deeply"),
        ("<div></p>" * 400, "nested too deeply"),
        ("<made-up>x" * 400, "nested too deeply"),
        ("<made-up/>" * 6000, "nested too deeply"),
        ("<svg>" + "<path/>" * 2000 + "</svg>", ""),
        ("<table>" + "<tr><td>a<td>b" * 2000 + "</table>", ""),
        ("<p>one<p>" * 2000, ""),
        ("<p>" + "a = b, " * 3000 + "</p>", ""),
        ('<p title="' + "a = b " * 3000 + '">x</p>', ""),
        ("<script>" + "a = '<b c d>'; " * 3000 + "</script>", ""),
        ("<!-- " + "a=b " * 3000 + "-->", ""),
        ("<div><p>a</p></div>" * 2000, ""),
    ],
)
def test_what_is_beyond_the_bounds_is_told(markup: str, problem: str) -> None:
    """Quotes, comments and scripts are read as browsers do, so that nothing hides in them and nothing there counts."""
    assert unruly(markup) == problem


@pytest.mark.timeout(20)
def test_a_page_with_a_hundred_thousand_attributes_is_refused() -> None:
    """It would take a parser of HTML half a minute."""
    found = decode(Raw(value=b"<html><body><p " + MANY.encode() + b">x</p></body></html>"))

    assert found == Reject(Reason.INVALID, "html: too many attributes")


@pytest.mark.timeout(20)
@pytest.mark.parametrize("markup", ["<div>" * 200_000 + "One &amp; two", "<p " + MANY + ">One &amp; two</p>"])
def test_a_safe_copy_of_what_is_beyond_the_bounds_is_its_text(markup: str) -> None:
    """A body of another format can hold such markup; its safe copy keeps the words."""
    assert sanitise(markup) == "<p>One &amp; two</p>"

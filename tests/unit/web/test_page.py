"""The status page, drawn from values."""

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest

from worker.health import Verdict
from worker.web import Decided, Source, Status
from worker.web.page import HEADERS, draw

NOW = 1_790_000_000.0
EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>\"' &lt;"


def decided(**fields: object) -> Decided:
    """Make a decision with some fields of its own."""
    base: dict[str, object] = {
        "at": NOW, "relation": "new", "outcome": "kept", "provider": "alpha", "headline": "Harbour closed", "of": "", "method": "",
        "similarity": 0,
    }  # fmt: skip
    return Decided(**{**base, **fields})  # type: ignore[arg-type] # the tests name fields as they are


def status(**fields: object) -> Status:
    """Make a status of a desk with some fields of its own."""
    base: dict[str, object] = {"role": "desk", "live": Verdict(True, "at work"), "ready": Verdict(True, "loaded")}
    return Status(**{**base, **fields})  # type: ignore[arg-type] # the same


class Reader(HTMLParser):
    """Collect the elements and the text of a page as a browser finds them."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


def read(page: bytes) -> Reader:
    """Read a page."""
    reader = Reader()
    reader.feed(page.decode())
    reader.close()
    return reader


@pytest.mark.parametrize("where", ["headline", "of", "method", "provider", "relation"])
def test_text_of_a_feed_stays_text(where: str) -> None:
    """Script in a headline, or in any other field of an item, is shown and is never an element of the page."""
    page = read(draw(status(last=(decided(**{where: EVIL}),)), NOW))

    assert page.elements.isdisjoint({"script", "img"})
    assert not {name for name in page.attributes if name.startswith("on")}
    assert "<script>alert(1)</script>" in page.text


@pytest.mark.parametrize("fields", [
    {"ready": Verdict(False, EVIL)}, {"sources": [Source(EVIL, 1, loaded=True)]}, {"letters": {EVIL: 1}}, {"sizes": {EVIL: EVIL}},
    {"versions": {EVIL: EVIL}}, {"rates": {EVIL: 1.0}}, {"replays": ((EVIL, EVIL),)},
], ids=lambda fields: next(iter(fields)))  # fmt: skip
def test_everything_else_stays_text_too(fields: dict[str, object]) -> None:
    """No figure or name beside the items gets into the page unescaped either."""
    assert read(draw(status(**fields), NOW)).elements.isdisjoint({"script", "img"})


def test_a_decision_shows_its_reason() -> None:
    """Beside the headline stand relation, of what, by which method and how similar."""
    one = decided(relation="duplicate", outcome="duplicate", of="urn:a:1", method="near", similarity=912)

    text = read(draw(status(last=(one,)), NOW)).text

    assert "duplicate, of urn:a:1, by near, 91.2 % alike" in text


def test_an_embargoed_headline_is_not_shown() -> None:
    """What is held may not be read before its time, here neither."""
    text = read(draw(status(last=(decided(outcome="held"),)), NOW)).text

    assert "Harbour" not in text
    assert "under embargo" in text


def test_a_long_headline_and_broken_unicode_are_drawn() -> None:
    """A headline of a megabyte is cut, and one with half a character does not break the page."""
    page = draw(status(last=(decided(headline="x" * 1_000_000), decided(headline="a\ud800b"))), NOW)

    assert len(page) < 10_000
    assert "a?b" in page.decode()


def test_the_policy_names_the_style_of_the_page() -> None:
    """The style that the page holds is the one whose hash the policy allows; a browser would drop any other."""
    style = re.search(rb"<style>(.*?)</style>", draw(status(), NOW), re.DOTALL)

    assert style is not None
    assert base64.b64encode(hashlib.sha256(style[1]).digest()).decode() in HEADERS["Content-Security-Policy"]


def test_a_standby_says_that_it_stands_by() -> None:
    """A worker that owns nothing shows so instead of an empty table."""
    assert "standing by" in read(draw(status(), NOW)).text

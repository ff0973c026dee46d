"""`copydesk report`: one page, safe whatever the items say."""

import hashlib
from base64 import b64encode
from html.parser import HTMLParser
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner

from worker.cli.report import command
from worker.explain.compare import MOST_WORDS, compare

STORY = (
    "LUNE, May 3 (Harbourwire) - The harbour of Lune stays closed until Thursday after a crane fell across the main quay, the port "
    "office said on Monday.\n\nNobody was hurt, and seven ships wait in the bay for the fairway to be opened again."
)
EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)></style></title>"


class Seen(HTMLParser):
    """What a browser would make of the page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.marked: list[str] = []
        self._open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in {"meta", "input"}:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._open and self._open[-1] == "mark":
            self.marked.append(data)

    def named(self, name: str) -> list[dict[str, str | None]]:
        """Give the attributes of all elements of a name."""
        return [attributes for tag, attributes in self.tags if tag == name]


def lines(*items: dict[str, object]) -> bytes:
    """Make JSON Lines."""
    return b"\n".join(map(orjson.dumps, items))


def report(folder: Path, value: bytes) -> tuple[str, Seen]:
    """Run the command and read its page."""
    target = folder / "report.html"
    result = CliRunner().invoke(command, ["-", "--output", str(target), "--title", "Lune & others"], input=value)
    assert result.exit_code == 0, result.output
    text = target.read_text(encoding="utf-8")
    return text, Seen(text)


@pytest.fixture
def page(tmp_path: Path) -> tuple[str, Seen]:
    """Give a page with a story, a copy, an update, and what can't be read."""
    copy = STORY.replace("Lune stays", "Lune remains")
    return report(
        tmp_path,
        lines(
            {"uri": "urn:a", "version": "1", "headline": "Harbour closed", "body_text": f"{STORY}\n\nSource: Harbour Wire"},
            {"uri": "urn:b", "headline": "Harbour closed", "body_text": copy},
            {"uri": "urn:a", "version": "2", "headline": "Harbour to open", "body_text": f"{STORY} Divers found it free."},
            {"uri": 3},
        ),
    )


def test_text_of_items_is_never_markup(tmp_path: Path) -> None:
    """A script in a headline, body, uri, version or source is shown as its own words."""
    fields = {
        "uri": f"urn:{EVIL}",
        "version": EVIL,
        "headline": EVIL,
        "source": EVIL,
        "language": EVIL,
        "copyrightholder": EVIL,
    }
    text, seen = report(tmp_path, lines({**fields, "body_text": f"{EVIL} {STORY}\n\nSource: {EVIL}", "slugline": EVIL}))

    assert "<script>alert" not in text
    assert "<img" not in text
    assert len(seen.named("script")) == len(seen.named("style")) == 1
    assert seen.text.count("<script>alert(1)</script>") >= 3
    assert not [name for _, attributes in seen.tags for name in attributes if name.startswith("on") or name == "style"]


def test_only_the_pages_own_style_and_script_are_allowed(page: tuple[str, Seen]) -> None:
    """The policy names them by their digests and allows nothing else, no network least of all."""
    text, seen = page
    policy = next(a["content"] or "" for a in seen.named("meta") if a.get("http-equiv") == "Content-Security-Policy")

    for name in ("style", "script"):
        inside = text.split(f"<{name}>")[1].split(f"</{name}>")[0]
        assert f"{name}-src 'sha256-{b64encode(hashlib.sha256(inside.encode()).digest()).decode()}'" in policy
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    assert not [a for _, a in seen.tags if {"src", "srcset", "action"} & a.keys()]
    assert all((a["href"] or "").startswith("#") for a in seen.named("a"))


def test_items_can_be_told_apart_by_outcome_and_rule(page: tuple[str, Seen]) -> None:
    """What the filter looks at stands on each item, and each choice is offered."""
    _, seen = page
    facts = [(a["data-outcome"], a["data-relation"], a["data-rules"]) for a in seen.named("article")]
    offered = {a["value"] for a in seen.named("option")}

    assert facts == [
        ("kept", "new", "source-label"),
        ("duplicate", "duplicate", ""),
        ("kept", "update", ""),
        ("rejected", "invalid", ""),
    ]
    assert {"", "kept", "new", "update", "duplicate", "rejected", "invalid", "source-label"} <= offered


def test_copies_stand_beside_their_original(page: tuple[str, Seen]) -> None:
    """The words that differ are marked in both columns, and a link leads to the original."""
    _, seen = page

    assert seen.marked[:2] == ["stays", "remains"]
    assert "to open" in seen.marked
    assert {"#item-1"} == {a["href"] for a in seen.named("a")}
    assert "original, 1" in seen.text


def test_what_is_the_same_is_cut_short(tmp_path: Path) -> None:
    """Of a long run that stands in both texts, start and end are enough to find the place."""
    long = "\n\n".join([STORY, *(f"Paragraph {number} tells more of the harbour and its ships." for number in range(40))])
    _, seen = report(
        tmp_path,
        lines(
            {"uri": "urn:a", "headline": "Harbour closed", "body_text": f"{long} It rained."},
            {"uri": "urn:b", "headline": "Harbour closed", "body_text": f"{long} It snowed."},
        ),
    )

    assert seen.marked == ["rained.", "snowed."]
    assert seen.text.count("characters that are the same") == 2


def test_what_was_taken_out_is_struck_through(page: tuple[str, Seen]) -> None:
    """With its kind and rule."""
    text, seen = page

    assert "<del>Source: Harbour Wire</del>" in text
    assert "source: source-label" in seen.text
    assert "<h1>Lune &amp; others</h1>" in text


def test_control_characters_are_written_out(tmp_path: Path) -> None:
    """Halves of pairs can't be encoded, marks of direction would turn the page around."""
    text, _ = report(tmp_path, b'{"uri":"urn:a","headline":"A\\u202eB\\u001b[2J","body_text":"x"}')

    assert "\u202e" not in text
    assert "A\\u202eB\\x1b[2J" in text


def test_both_sides_of_a_comparison_are_whole() -> None:
    """Runs of each side give the text back, and only what differs is marked."""
    left, right = compare("One  two three\n\nfour", "One two\nthree five six")

    assert "".join(run.text for run in left) == "One  two three\n\nfour"
    assert "".join(run.text for run in right) == "One two\nthree five six"
    assert [run.text.strip() for run in left if run.differs] == ["four"]
    assert [run.text.strip() for run in right if run.differs] == ["five six"]


def test_a_comparison_is_bounded() -> None:
    """Words behind the most that are compared are given as they are."""
    long = " ".join(["word"] * MOST_WORDS)

    left, right = compare(f"{long} a", f"{long} b")

    assert [run.differs for run in (*left, *right)] == [False] * 4
    assert compare("", "") == ([], [])

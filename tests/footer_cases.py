"""A story of our own, and what tests of the footers stage do with it."""

from html.parser import HTMLParser

from worker.model import Body, Decoded, Draft, Raw, Rights
from worker.rules.load import Rules
from worker.stages.footers import StripFooters

STAGE = StripFooters(Rules())
STORY = (
    "LUNE (Nordpress) - The harbour council met on Monday and agreed, after a long debate, to build a new pier.\n\n"
    "The mayor told the meeting that the work would start in May and cost two million crowns, most of it borrowed.\n\n"
    "Fishermen had asked for a longer quay, and they will now have to wait until the spring."
)
PARAGRAPHS = "".join(f"<p>{line}</p>\n" for line in STORY.split("\n\n"))


def strip(text: str, content_type: str = "text/plain", rights: Rights | None = None, provider: str = "") -> Draft:
    """Run the stage on a body."""
    field = {"text/plain": "body_text", "text/html": "body_html"}.get(content_type, "body_xhtml")
    decoded = Decoded(
        format="test",
        headline="A pier (c)",
        body=Body(field=field, content_type=content_type, value=text),
        rights=rights or Rights(),
    )
    draft = Draft(raw=Raw(value=b""), decoded=decoded, provider=provider)
    STAGE(draft)
    return draft


def rebuilt(draft: Draft) -> str:
    """Put the removed spans back where they were."""
    assert draft.body is not None
    rest, parts, at = draft.body.value, [], 0
    for span in draft.removed:
        assert span.start >= at
        assert span.end - span.start == len(span.text)
        parts += [rest[: span.start - at], span.text]
        rest, at = rest[span.start - at :], span.end
    return "".join([*parts, rest])


class _Balance(HTMLParser):
    """Fails on a closing tag that nothing opened, and keeps what stays open."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("br", "hr", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open
        assert self.open.pop() == tag


def balanced(markup: str) -> bool:
    """Whether every element is closed, in order."""
    parser = _Balance()
    parser.feed(markup)
    parser.close()
    return not parser.open

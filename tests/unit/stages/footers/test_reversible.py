"""What is removed can be put back, and what is left of markup is well formed."""

from footer_cases import PARAGRAPHS, STORY, balanced, rebuilt, strip
from hypothesis import given
from hypothesis import strategies as st


def test_html_block_goes_as_a_whole() -> None:
    """A trailing paragraph leaves no empty element behind."""
    draft = strip(
        f"{PARAGRAPHS}<div><p>&copy; 2031 Nordpress.</p><hr><p>Distributed by <b>Northgate, LLC</b>.</p></div>", "text/html"
    )

    assert draft.body is not None
    assert draft.body.value == PARAGRAPHS
    assert draft.rights.distributor == "Northgate, LLC"
    assert {span.field for span in draft.removed} == {"body_html"}


def test_html_footer_inside_the_last_paragraph_leaves_its_tags() -> None:
    """A credit behind a line break goes, the paragraph it stands in is still closed."""
    draft = strip(
        "<div>" + PARAGRAPHS.rstrip()[:-4] + "<br/>\n<i>(Reporting by Ada Lind; Editing by Bo Ek)</i></p></div>", "text/html"
    )

    assert draft.body is not None
    assert draft.body.value == "<div>" + PARAGRAPHS.rstrip() + "</div>"


def test_html_longer_than_the_window_keeps_its_start() -> None:
    """Only the ends of a long page are read, offsets are those of the whole."""
    draft = strip("<p>FOR IMMEDIATE RELEASE</p>\n" + PARAGRAPHS * 200 + "<p>(c) 2031 Nordpress</p>", "text/html")

    assert draft.body is not None
    assert draft.body.value == PARAGRAPHS * 200
    assert len(draft.removed) == 2


PIECES = st.sampled_from(
    [
        "Copyright 2031 Nordpress.", "© Nordpress", "All rights reserved.", "(AFP)", "kl/mo", "___", "\n", "\n\n", " ", "\r\n", "\t",
        "Source: Lune", "Ada Lind", "The ferry sailed, she said.", "“Wait,” he said.", "(", ")", "\x03", "\u2028", "📰", "Łódź.", "###",
        "FOR IMMEDIATE RELEASE\n", "Contact: bo@np.example", "-30-", "https://np.example/a", "(c)", "*", "■", "د", "（共同）", "é",
    ]
)  # fmt: skip
TAGS = st.sampled_from(
    ["<p>", "</p>", "<div>", "</div>", "<br>", "<b>", "</b>", "&amp;", "&copy;", "&#8212;", "<!-- x -->", "<", ">"]
)


@given(st.lists(PIECES, max_size=30), st.booleans())
def test_field_and_spans_give_the_text_back(pieces: list[str], story: bool) -> None:
    """Whatever is removed from a plain text can be put back exactly."""
    text = (STORY if story else "") + "".join(pieces)

    assert rebuilt(strip(text)) == text


@given(st.lists(st.one_of(PIECES, TAGS), max_size=30), st.booleans())
def test_field_and_spans_give_the_markup_back(pieces: list[str], story: bool) -> None:
    """The same for any markup, well formed or not."""
    text = (PARAGRAPHS if story else "") + "".join(pieces)

    assert rebuilt(strip(text, "text/html")) == text


@given(
    st.recursive(
        PIECES.filter(lambda piece: "<" not in piece),
        lambda inner: st.tuples(st.sampled_from(["p", "div", "b", "i"]), st.lists(inner, max_size=4)).map(
            lambda node: f"<{node[0]}>{''.join(node[1])}</{node[0]}>"
        ),
        max_leaves=12,
    )
)
def test_well_formed_markup_stays_well_formed(tail: str) -> None:
    """No element loses one of its tags."""
    draft = strip(f"<div>{PARAGRAPHS}{tail}</div>", "text/html")

    assert draft.body is not None
    assert balanced(draft.body.value)


@given(st.lists(PIECES, max_size=30))
def test_stripping_twice_changes_nothing_above(pieces: list[str]) -> None:
    """What is left is a beginning of what was there, but for a head."""
    draft = strip(STORY + "".join(pieces))

    assert draft.body is not None
    assert (STORY + "".join(pieces)).startswith(draft.body.value)

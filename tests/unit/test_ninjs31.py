"""Items are written as ninjs 3.1, valid against IPTC's schema."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from worker.formats.schema import valid
from worker.model import Body, Decoded, Draft, Embargo, Raw, Region, Rights, Topic
from worker.ninjs31 import to_ninjs

TOPIC = "http://cv.iptc.org/newscodes/mediatopic/20001065"


def draft(**fields: Any) -> Draft:
    """Make a draft as the stages leave it; fields of `Decoded` by their names, those of the draft with `draft_` before."""
    own = {name[6:]: fields.pop(name) for name in list(fields) if name.startswith("draft_")}
    decoded = Decoded(format="ninjs", **fields)
    made = Draft(raw=Raw(value=b""), decoded=decoded, uri="urn:x:1", version="3", headline=decoded.headline, body=decoded.body)
    for name, value in own.items():
        setattr(made, name, value)
    return made


def test_a_plain_item_is_written_whole() -> None:
    """Id, version, times, status, language, headline and body stand where ninjs 3.1 wants them."""
    item = to_ninjs(
        draft(
            headline="H",
            body=Body(field="body_text", content_type="text/plain", value="B"),
            language="en",
            created=0,
            updated=1500,
        )
    )

    assert item == {
        "uri": "urn:x:1",
        "standard": {"name": "ninjs", "version": "3.1", "schema": "http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json"},
        "version": "3",
        "firstCreated": "1970-01-01T00:00:00Z",
        "versionCreated": "1970-01-01T00:00:01.500Z",
        "pubStatus": "usable",
        "language": "en",
        "headlines": [{"role": "main", "value": "H"}],
        "bodies": [{"role": "main", "contentType": "text/plain", "value": "B"}],
    }
    assert valid(item)


def test_an_html_body_has_a_safe_copy_and_a_plain_text_beside_it() -> None:
    """The body itself stays as it is; the copies carry their roles."""
    markup = "<p>B</p><script>x()</script>"

    item = to_ninjs(draft(body=Body(field="body_html", content_type="text/html", value=markup), draft_text="B"))

    assert [(one["role"], one["contentType"], one["value"]) for one in item["bodies"]] == [
        ("main", "text/html", markup),
        ("sanitised", "text/html", "<p>B</p>"),
        ("text", "text/plain", "B"),
    ]


def test_tags_become_subjects_and_places() -> None:
    """Confidences are whole per cent; a topic that the provider gave already is not given twice; what was decoded is not changed."""
    given_ = [{"name": "soccer", "uri": TOPIC, "literal": "medtop:20001065"}]
    made = draft(headline="H", item={"subjects": given_, "places": [{"name": "Ghent"}]})
    made.topics = (Topic("medtop:20001065", "soccer", 3, 999), Topic("medtop:15000000", "sport", 1, 876))
    made.regions = (Region("BE", "Belgium", "155", primary=True, role="scene", confidence=900),)

    item = to_ninjs(made)

    assert item["subjects"][1:] == [
        {
            "name": "sport",
            "rel": "about",
            "uri": "http://cv.iptc.org/newscodes/mediatopic/15000000",
            "creator": "copydesk",
            "confidence": 87,
        }
    ]
    assert item["places"][1] == {
        "name": "Belgium",
        "rel": "about",
        "uri": "http://cvx.iptc.org/iso3166-1a2/BE",
        "literal": "BE",
    }
    assert made.decoded.item == {"subjects": given_, "places": [{"name": "Ghent"}]}
    assert valid(item)


def test_status_and_embargo_are_those_that_were_found() -> None:
    """A kill that only words announce cancels; an embargo read from words has its time; one without time has none."""
    assert to_ninjs(draft(headline="H", draft_signals=("kill",)))["pubStatus"] == "canceled"
    assert to_ninjs(draft(headline="H", status="withheld"))["pubStatus"] == "withheld"
    assert to_ninjs(draft(headline="H", draft_embargo=Embargo(until=0, text="x")))["embargoedUntil"] == "1970-01-01T00:00:00Z"
    assert "embargoedUntil" not in to_ninjs(draft(headline="H", draft_embargo=Embargo(until=None, text="x")))


texts = st.text(max_size=30)
concepts = st.lists(
    st.fixed_dictionaries({}, optional={"name": texts, "rel": texts, "uri": texts, "literal": texts}), max_size=3
)
items = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["text", "picture", "composite"]), "by": texts, "slugline": texts, "located": texts, "urgency": st.integers(1, 9),
        "edNote": texts, "subjects": concepts, "places": concepts, "people": concepts, "headlines": st.lists(st.fixed_dictionaries({"value": texts}), max_size=2),
        "genres": st.lists(st.fixed_dictionaries({"name": texts}), max_size=2),
        "altIds": st.lists(st.fixed_dictionaries({"role": texts, "value": texts}), max_size=2),
        "associations": st.lists(st.fixed_dictionaries({"name": texts, "uri": texts, "type": st.just("picture")}), max_size=2),
    },
)  # fmt: skip
rights = st.builds(
    Rights,
    copyright_holder=st.none() | texts,
    copyright_notice=st.none() | texts,
    usage_terms=st.none() | texts,
    source=st.none() | texts,
)
bodies = st.none() | st.builds(
    Body, field=st.just("body_html"), content_type=st.sampled_from(["text/html", "text/plain"]), value=texts
)
milliseconds = st.none() | st.integers(0, 4_000_000_000_000)
statuses = st.sampled_from(["usable", "withheld", "canceled"])
topics = st.lists(
    st.builds(Topic, st.sampled_from(["medtop:15000000", "medtop:04000000"]), texts, st.integers(1, 5), st.integers(0, 1000)),
    max_size=2,
).map(tuple)
regions = st.lists(
    st.builds(
        Region,
        st.sampled_from(["BE", "US"]),
        texts,
        st.just("155"),
        st.booleans(),
        st.sampled_from(["scene", "mention", "dateline"]),
        st.integers(0, 1000),
    ),
    max_size=2,
).map(tuple)


@given(st.tuples(items, rights, bodies, milliseconds, milliseconds, topics, regions, texts, statuses))
@settings(max_examples=1000, deadline=None)
def test_a_thousand_items_are_valid(found: Any) -> None:
    """Whatever the stages found, what is written is valid against IPTC's schema."""
    item, owner, body, created, updated, topics, regions, headline, status = found
    made = draft(
        item=item, headline=headline, body=body, created=created, updated=updated, status=status, draft_rights=owner,
        draft_topics=topics, draft_regions=regions, draft_embargo=None if created is None else Embargo(until=created, text=""),
    )  # fmt: skip

    assert valid(to_ninjs(made))

"""ninjs of all versions, and what real feeds make of it."""

from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from worker.formats import decode
from worker.formats.schema import FIELDS, complaints, fit, valid
from worker.model import Decoded, Raw
from worker.outcome import Reason, Reject


def read(fields: dict[str, Any] | bytes) -> Decoded:
    """Give the one item of a message."""
    found = decode(Raw(value=fields if isinstance(fields, bytes) else orjson.dumps(fields)))
    assert not isinstance(found, Reject)
    (item,) = found
    assert isinstance(item, Decoded)
    return item


def test_the_commonest_item_is_read_whole() -> None:
    """The seven plain fields of ninjs 1.x are read without a warning."""
    item = read(
        {
            "uri": "u",
            "version": "2",
            "type": "text",
            "versioncreated": "2024-03-01T10:15:00Z",
            "language": "en",
            "headline": "H",
            "body_text": "B",
        }
    )

    assert (item.uri, item.version, item.headline, item.language, item.updated) == ("u", "2", "H", "en", 1709288100000)
    assert item.body is not None
    assert (item.body.field, item.body.value) == ("body_text", "B")
    assert item.warnings == ()


def test_the_short_way_and_the_long_way_agree() -> None:
    """A field that makes the reader take the long way changes nothing else."""
    fields = {
        "uri": "u",
        "version": "2",
        "type": "text",
        "versioncreated": "2024-03-01T10:15:00Z",
        "language": "en",
        "headline": "H",
        "body_text": "B",
    }

    short, long = read(fields), read(fields | {"profile": "p"})

    assert dict(long.item) == {"type": "text", "profile": "p"}
    for name in ("uri", "version", "headline", "language", "updated", "body", "status", "warnings"):
        assert getattr(short, name) == getattr(long, name)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (b"[]", Reason.INVALID),
        (b'[{"uri":"a"}, 3]', Reason.INVALID),
        (b'{"uri":3,"headline":"h"}', Reason.INVALID),
        (b'{"uri":"a","headline":["h"]}', Reason.INVALID),
        (b'{"uri":"a","body_text":{"a":1}}', Reason.INVALID),
        (b'{"uri":"a","headlines":[{"role":"main"}]}', Reason.INVALID),
        (b'{"uri":"a","bodies":[3]}', Reason.INVALID),
        (b'{"uri":"a"}', Reason.EMPTY),
        (b'{"uri":"a","headline":"  ","body_text":" \\n"}', Reason.EMPTY),
        (b'{"uri":"a"', Reason.UNDECODABLE),
        (b"{}", Reason.EMPTY),
    ],
)
def test_what_would_be_another_item_is_refused(value: bytes, reason: Reason) -> None:
    """No object, and an id, headline or body that is no text, are refused; so is an item that says nothing."""
    found = decode(Raw(value=value))
    if not isinstance(found, Reject):
        (found,) = (item for item in found if isinstance(item, Reject))

    assert found.reason is reason


def test_a_cancellation_needs_no_text() -> None:
    """An item that is cancelled may be empty."""
    assert read({"uri": "a", "pubstatus": "canceled"}).status == "canceled"


@pytest.mark.parametrize("name", ["embargoed", "embargoedUntil", "embargoeduntil"])
def test_embargoes_of_all_versions_are_read(name: str) -> None:
    """The field's name changed with 3.x; the time is read from any of them."""
    item = read({"uri": "a", "headline": "h", name: "2024-03-01T18:00:00Z"})

    assert item.embargo is not None
    assert item.embargo.until == 1709316000000


def test_an_embargo_that_is_no_time_holds() -> None:
    """Words where a time should be are an embargo without end."""
    item = read({"uri": "a", "headline": "h", "embargoed": "until the speech"})

    assert item.embargo is not None
    assert item.embargo.until is None
    assert "embargoed is no time" in item.warnings


def test_names_in_any_case_are_known() -> None:
    """A 1.x feed with names of 3.x, or the other way round, loses nothing."""
    item = read({"uri": "a", "headline": "h", "usageTerms": "U", "ednote": "E", "byline": "B", "copyrightHolder": "C"})

    assert (item.rights.usage_terms, item.rights.copyright_holder) == ("U", "C")
    assert (item.item["edNote"], item.item["by"]) == ("E", "B")


def test_what_ninjs_has_no_place_for_is_kept() -> None:
    """Unknown fields go to `extra`, with a warning from the schema of the version that the item speaks."""
    item = read({"uri": "a", "headline": "h", "evolvedfrom": "b", "priority": 3})

    assert dict(item.extra) == {"evolvedfrom": "b", "priority": 3}
    assert item.warnings == ("ninjs 1.6: the item breaks additionalProperties",)


def test_old_subject_codes_get_their_media_topics() -> None:
    """A subject with an old IPTC code is kept, and the Media Topic that it became stands beside it."""
    item = read(
        {"uri": "a", "headline": "h", "subject": [{"code": "15054000", "scheme": "http://cv.iptc.org/newscodes/subjectcode/"}]}
    )

    assert [one.get("uri") for one in item.item["subjects"]] == [
        "http://cv.iptc.org/newscodes/subjectcode/15054000",
        "http://cv.iptc.org/newscodes/mediatopic/20001065",
    ]


def test_lone_surrogates_become_the_sign_for_no_character() -> None:
    """Half a character in an escape is no reason to lose the item."""
    item = read(b'{"uri":"a","headline":"x\\ud83dy"}')

    assert item.headline == "x\ufffdy"
    assert item.warnings


def test_json_of_other_character_sets_is_read() -> None:
    """UTF-16, a byte order mark and windows-1252 are read as the text they are."""
    text = '{"uri":"a","headline":"Café"}'

    for value in (text.encode("utf-16"), b"\xef\xbb\xbf" + text.encode(), text.encode("cp1252")):
        assert read(value).headline == "Café"


values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 10**18) | st.floats() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["name", "uri", "code", "value", "role", "scheme", "rel", "x"]), inner, max_size=4)
    ),
    max_leaves=8,
)
names = st.sampled_from(
    [*FIELDS, *(name.lower() for name in FIELDS), "subject", "place", "person", "genre", "infosource", "byline", "headline", "body_html", "description_x",
     "headline_x", "embargoed", "keywords", "source", "x", "$standard"]
)  # fmt: skip


@given(st.dictionaries(names, values, max_size=6))
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_object_gives_an_outcome(fields: dict[str, Any]) -> None:
    """Whatever a feed puts into the fields, the item is read within ninjs 3.1 or refused."""
    found = decode(Raw(value=orjson.dumps({"headline": "h", **fields}, default=str)))
    for item in [] if isinstance(found, Reject) else found:
        assert isinstance(item, Reject) or valid({"uri": "", **item.item})


@given(st.dictionaries(names, values, max_size=6))
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_fitting_makes_any_fields_valid(fields: dict[str, Any]) -> None:
    """What does not fit ninjs 3.1 is mended or moved to `extra`."""
    extra: dict[str, Any] = {}
    fields.pop("uri", None)

    fit(fields, extra)

    assert valid({"uri": "", **fields})


def test_complaints_name_fields_and_quote_nothing() -> None:
    """A warning never holds text of the item."""
    assert complaints({"uri": "u", "urgency": "secret text"}, 1) == ["ninjs 1.6: urgency breaks type"]

"""The teleprinter formats, web pages, feeds and plain text, in shapes that the golden documents do not have."""

from typing import Any

import pytest

from worker.formats import decode, prose
from worker.formats.dateline_place import place_of
from worker.formats.languages import language_tag
from worker.formats.subjects import concept_uri, media_topic
from worker.formats.wire_text import unfold
from worker.model import Body, Decoded, Origin, Raw
from worker.outcome import Reason, Reject


def items(value: str | bytes, **fields: Any) -> list[Decoded]:
    """All items of a message, none of them rejected."""
    found = decode(Raw(value=value.encode() if isinstance(value, str) else value, **fields))
    assert not isinstance(found, Reject)
    return [item for item in found if isinstance(item, Decoded)]


HEADER = "\x01abc0012 4 i 88 drt 034\r\n"


@pytest.mark.parametrize(
    ("text", "headline", "labels"),
    [
        ("\x02CORRECTION\r\nFerry back =\r\nOslo (drt) - It runs.\r\n", "Ferry back", ["CORRECTION"]),
        (
            "\x02(1st LEAD)\r\nURGENT\r\nFerry back after\r\na year =\r\nOslo (drt) - It runs.\r\n",
            "Ferry back after a year",
            ["1st LEAD", "URGENT"],
        ),
        ("\x02Ferry back\r\n\r\nOslo (drt) - It runs.\r\n", "Ferry back", None),
        ("\x02Oslo (drt) - It runs again.\r\n\r\nAll are glad.\r\n", "", None),
        ("Ferry-transport/\r\n\x02Ferry back =\r\nIt runs.\r\n", "Ferry back", None),
    ],
)
def test_labels_and_headlines_of_7901(text: str, headline: str, labels: list[str] | None) -> None:
    """Labels stand above the headline, which may be folded; a dateline is no headline."""
    (item,) = items(HEADER + text + "\x03011015 GMT Mar 24\r\n\x04")

    assert item.headline == headline
    assert item.extra.get("labels") == labels
    assert item.body is not None
    assert "It runs" in item.body.value
    assert item.source == "drt"


@pytest.mark.parametrize(
    "mark",
    [
        "# Notebook",
        "* * * *",
        "The following information is not intended for publication",
        "Die folgenden Informationen sind nicht zur Veröffentlichung bestimmt",
        "NOT FOR PUBLICATION",
        "A ne pas publier:",
    ],
)
def test_what_is_not_for_publication_leaves_the_body(mark: str) -> None:
    """Contacts below such a line go to the editors' note."""
    (item,) = items(
        f"{HEADER}\x02Ferry =\r\nOslo (drt) - It runs.\r\n\r\n{mark}\r\nDesk: +47 555 0100\r\n\x03011015 GMT Mar 24\r\n"
    )

    assert item.body is not None
    assert "555" not in item.body.value
    assert "555" in item.item["edNote"]


def test_several_messages_in_one_are_several_items() -> None:
    """Each SOH starts a message of its own."""
    one = HEADER + "\x02Ferry {} =\r\nIt runs.\r\n\x03011015 GMT Mar 24\r\n\x04"

    assert [item.headline for item in items(one.format(1) + one.format(2))] == ["Ferry 1", "Ferry 2"]


def test_a_day_without_year_is_taken_from_the_arrival() -> None:
    """ANPA's keyword line has no year; the message's own time gives it."""
    text = "\x01W1\x1f-----\nr f\x13\x11 BC-Ferry 03-01 40\n\x02^BC-Ferry<\n\t   It runs.\n\x03\n"

    (item,) = items(text, origin=Origin("t", 0, 0, 1709400000000))

    assert item.updated == 1709251200000
    assert "time has no zone, taken as UTC" in item.warnings


def test_an_anpa_advisory_is_one() -> None:
    """Category v is for editors."""
    (item,) = items(
        "\x01W1\x1f-----\nr v\x13\x11 BC-Budget 03-01 40\n\x02^BC-Budget<\n\t   The budget.\n\x03AP-WF-03-01-24 1115GMT<\n"
    )

    assert item.signals == ("advisory",)


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (
            ["The ferry that left the harbour a year ago came back on", "Friday morning."],
            "The ferry that left the harbour a year ago came back on Friday morning.",
        ),
        (["Roses are red", "violets are blue"], "Roses are red\nviolets are blue"),
        (
            ["Team           Played   Won", "Alpha               10     7"],
            "Team           Played   Won\nAlpha               10     7",
        ),
        (
            ["The list of all that the harbour master said on Friday is this:", "- one", "- two"],
            "The list of all that the harbour master said on Friday is this:\n- one\n- two",
        ),
    ],
)
def test_folded_lines_are_joined_and_tables_are_not(lines: list[str], text: str) -> None:
    """A line that a printer's width broke goes on; verse, tables and lists keep their lines."""
    assert unfold(lines) == text


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("", Reason.UNDECODABLE),
        (" \r\n ", Reason.UNDECODABLE),
        (b"\x00\x01\x02\x80" * 40, Reason.UNDECODABLE),
        ("<?xml version='1.0'?><unknown><a/></unknown>", Reason.UNDECODABLE),
        ("<rss><channel><title>x</title></channel></rss>", Reason.EMPTY),
        ("<NewsML><Catalog/></NewsML>", Reason.INVALID),
        ("<catalog xmlns='http://iptc.org/std/nar/2006-10-01/'/>", Reason.UNDECODABLE),
    ],
)
def test_what_no_format_reads_is_rejected(value: str | bytes, reason: Reason) -> None:
    """Nothing, binary data, XML of no known kind, and envelopes without items have their reasons."""
    found = decode(Raw(value=value.encode() if isinstance(value, str) else value))

    assert isinstance(found, Reject)
    assert found.reason is reason


def test_a_rejected_item_does_not_cost_its_neighbours() -> None:
    """One empty item of a list is rejected under its uri; the others are read."""
    found = decode(Raw(value=b'[{"uri":"a","headline":"h"},{"uri":"b"}]'))

    assert not isinstance(found, Reject)
    first, second = found
    assert isinstance(first, Decoded)
    assert isinstance(second, Reject)
    assert (second.reason, second.uri) == (Reason.EMPTY, "b")


def test_a_wrong_content_type_does_no_harm() -> None:
    """The bytes decide if they do not look like what the header says."""
    (item,) = items(
        "<nitf><body><body.head><hedline><hl1>H</hl1></hedline></body.head></body></nitf>", content_type="text/plain"
    )

    assert item.format == "nitf"


@pytest.mark.parametrize(
    ("notice", "holder", "year"),
    [
        ("Copyright 2013 The News Agency, www.tna.example - all rights reserved.", "The News Agency", "2013"),
        ("(c) Copyright Acme Wire 2018. Click For Restrictions", "Acme Wire", "2018"),
        ("© 2024 Hafenblatt", "Hafenblatt", "2024"),
        ("Copyright © 2020-2024 Acme Inc. All rights reserved", "Acme Inc", "2020"),
        ("Acme", "Acme", ""),
        ("All rights reserved. See our terms.", "", ""),
    ],
)
def test_holders_are_read_from_notices(notice: str, holder: str, year: str) -> None:
    """Signs, years and phrases around the holder are left out."""
    assert prose.holder_of(notice) == holder
    assert prose.year_of(notice) == year


@pytest.mark.parametrize(
    ("text", "byline"),
    [
        ("By Ada Byron\n\nLONDON - It runs.", "By Ada Byron"),
        ("<p>(Adds quote)</p><p>By Ada Byron and Joan Mole</p><p>It runs.</p>", "By Ada Byron and Joan Mole"),
        ("Von Ada Byron, Draht\n\nIt runs.", "Von Ada Byron, Draht"),
        ("By Monday the ferry will run again.\n\nIt runs.", ""),
        ("By Ada Byron's reckoning it runs.", ""),
        ("It runs.\n\nBy then", ""),
    ],
)
def test_bylines_are_lines_of_their_own(text: str, byline: str) -> None:
    """A sentence that starts with the same word is none."""
    assert prose.byline_in(Body(field="body_text", content_type="text/plain", value=text)) == byline


def test_codes_become_uris_where_their_scheme_is_known() -> None:
    """Qcodes of IPTC's schemes, schemes given as uris, and nothing for codes of unknown schemes."""
    assert concept_uri("medtop:15000000") == "http://cv.iptc.org/newscodes/mediatopic/15000000"
    assert concept_uri("77", "http://x.example/cv") == "http://x.example/cv/77"
    assert concept_uri("http://x.example/1") == "http://x.example/1"
    assert concept_uri("N2:ARG") is None
    assert media_topic("15054999") == media_topic("15054000")
    assert media_topic("99000000") is None


def test_places_and_languages_are_told_plainly() -> None:
    """Datelines give their place, names of languages their tag."""
    assert [place_of(line) for line in ("NEW YORK--(WIRE)", "Oslo", "PARIS, 1 mars (Fil) -", "(Wire)")] == [
        "NEW YORK",
        "Oslo",
        "PARIS",
        "",
    ]
    assert [language_tag(name) for name in ("eng", "FR", "Deutsch", "pt_BR", "tlh")] == ["en", "fr", "de", "pt-BR", "tlh"]


def test_a_page_that_calls_its_story_a_widget_is_read() -> None:
    """Class names are a hint, and give way when nothing would be left."""
    paragraph = (
        "<p>The ferry that left the harbour a year ago came back on Friday morning, and all the town came to see it.</p>"
    )

    (item,) = items(f"<html><body><div class='story-widget'><h1>Ferry back</h1>{paragraph * 3}</div></body></html>")

    assert item.headline == "Ferry back"
    assert item.body is not None
    assert item.body.value.count("<p>") == 3


def test_a_page_without_paragraphs_is_read() -> None:
    """Lines that are parted by breaks in one element are its story."""
    lines = "The ferry that left the harbour a year ago came back on Friday.<br><br>It will run six times a day.<br>"

    (item,) = items(f"<html><head><title>Ferry back - Harbour News</title></head><body><div>{lines}</div></body></html>")

    assert item.headline == "Ferry back"
    assert item.body is not None
    assert "six times" in item.body.value


def test_teleprinter_marks_around_plain_text_are_left_out() -> None:
    """ZCZC and NNNN are neither headline nor text."""
    (item,) = items("ZCZC 012\r\nFerry back\r\n\r\nOslo, March 1 (drt) - It runs.\r\nNNNN\r\n")

    assert item.headline == "Ferry back"
    assert item.body is not None
    assert item.body.value == "Oslo, March 1 (drt) - It runs."


@pytest.mark.parametrize(
    "content",
    [
        "<nitf><body><body.content><p>It runs.</p></body.content></body></nitf>",
        "<![CDATA[<html><head><title>x</title></head><body><p>It runs.</p></body></html>]]>",
        "<![CDATA[<?xml version='1.0'?><nitf><body><body.content><p>It runs.</p></body.content></body></nitf>]]>",
        "<html xmlns='http://www.w3.org/1999/xhtml'><body><p>It runs.</p></body></html>",
        "<p>It runs.</p>",
        "&lt;p&gt;It runs.&lt;/p&gt;",
    ],
)
def test_a_story_is_found_in_whatever_holds_it(content: str) -> None:
    """NITF, XHTML and bare paragraphs, as elements or as text, inside NewsML 1.2 and NewsML-G2 give the same body."""
    newsml = f"<NewsML><NewsItem><NewsComponent><ContentItem><DataContent>{content}</DataContent></ContentItem></NewsComponent></NewsItem></NewsML>"
    g2 = f"<newsItem guid='g' version='1'><contentSet><inlineXML>{content}</inlineXML></contentSet></newsItem>"

    for value in (newsml, g2):
        (item,) = items(value)
        assert item.body is not None
        assert item.body.value == "<p>It runs.</p>"


@pytest.mark.parametrize(
    ("last", "source"),
    [("", "PRNewswire"), ("\n\nSOURCE Moss Cups Oy", None), ("\n\nThe source of the river is a moor.", "PRNewswire")],
)
def test_a_release_that_names_its_source_is_not_its_distributors(last: str, source: str | None) -> None:
    """What stands in the dateline of a plain text is its source, unless the text says below whose it is."""
    (item,) = items(f"Cups from moss\n\nOSLO, March 5 /PRNewswire/ -- Moss Cups sells cups.{last}\n", content_type="text/plain")

    assert item.rights.source == source

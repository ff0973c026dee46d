"""Files of items, told apart and sent through the pipeline."""

import base64
from pathlib import Path

import orjson
import pytest

from worker.explain.items import is_lines, tell
from worker.offline import process
from worker.rules.load import Rules

BODY = "The harbour of Lune stays closed until Thursday after a crane fell across the quay, the port office said on Monday."


def item(uri: str, text: str = BODY, **fields: object) -> bytes:
    """Make a ninjs item."""
    return orjson.dumps({"uri": uri, "headline": "Harbour closed", "body_text": text, **fields})


@pytest.mark.parametrize(
    ("value", "lines"),
    [
        (b'{"a":1}\n{"b":2}\n', True),
        (b'{"a":1}\nbroken', True),
        (b'"one"\n"two"', True),
        (b'{\n "a": 1\n}', False),
        (b'"A quote" opens this story\nand it goes on', False),
        (b'"A quote"\nand it goes on', False),
        (b"<nitf/>", False),
        (b"12\n13", False),
        (b"", False),
    ],
)
def test_lines_are_told_from_documents(value: bytes, lines: bool) -> None:
    """JSON Lines start with a whole object, or are strings throughout."""
    assert is_lines(value) is lines


def test_lines_go_through_one_desk() -> None:
    """The copy in another file is a duplicate of the first; each says where it stood."""
    told = list(tell([("a.jsonl", item("urn:a") + b"\n\n"), ("b.jsonl", item("urn:b"))], Rules()))

    assert [(t.source, t.relation, t.uri) for t in told] == [
        ("a.jsonl:1", "new", "urn:a"),
        ("b.jsonl:1", "duplicate", "urn:b"),
    ]
    assert told[1].record["story"]["of"] == "urn:a"


def test_the_record_is_the_one_that_is_published() -> None:
    """What is shown is what `copydesk process` writes, to the sequence at the desk."""
    lines = [item("urn:a", f"{BODY}\n\nSource: Harbour Wire"), b'{"uri":3}', item("urn:b")]
    records = [orjson.loads(line) for line in process(lines, Rules())]

    told = list(tell([("f", b"\n".join(lines))], Rules()))

    assert [told[0].record, told[2].record] == [records[0], records[2]]
    assert told[1].record["reason"] == records[1]["reason"]


def test_published_records_are_read_as_they_are() -> None:
    """A file of records is not sent through the pipeline once more."""
    lines = b"\n".join(process([item("urn:a"), b'"broken'], Rules()))

    told = list(tell([("records", lines)], Rules()))

    assert [t.relation for t in told] == ["new", "undecodable"]
    assert [t.readable for t in told] == [True, False]
    assert told[0].slip is None


@pytest.mark.parametrize(
    "line",
    [
        b'{"outcome":"rejected","reason":"x","detail":"y"}',
        b'{"outcome":"kept","item":{},"story":{},"removed":[]}',
        b'{"outcome":5,"item":1}',
        b'{"outcome":"unpacked","items":[]}',
        b'{"outcome":"unpacked","items":[1]}',
    ],
)
def test_what_only_looks_like_a_record_is_a_raw_item(line: bytes) -> None:
    """It is sent through the pipeline, which says what is wrong with it."""
    assert [t.record["outcome"] for t in tell([("f", line)], Rules())] == ["rejected"]


def test_a_document_of_any_format_is_one_file() -> None:
    """NITF, and bytes within a line, are read by their format; the header's provider is taken."""
    path = Path("tests/golden/formats/nitf/full.xml")
    line = orjson.dumps({"content_base64": base64.b64encode(path.read_bytes()).decode()})

    told = list(tell([("full.xml", path.read_bytes()), ("lines", line)], Rules(), provider="Harbour"))

    assert [t.record["format"] for t in told] == ["nitf", "nitf"]
    assert [t.record["provider"] for t in told] == ["Harbour", "Harbour"]
    assert told[0].source == "full.xml"


def test_several_items_of_a_message_are_counted() -> None:
    """Each says which it is."""
    value = Path("tests/golden/formats/ninjs/list-3x.json").read_bytes()

    assert [t.source for t in tell([("list", value)], Rules())] == ["list, item 1", "list, item 2"]

"""Any bytes give an outcome, within bounded time and memory."""

import contextlib
import re
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from worker.formats import FORMATS, FormatError, decode
from worker.formats.markup import plain_text, sanitise
from worker.model import Decoded, Raw
from worker.outcome import Reject

GOLDEN = sorted(path for path in Path("tests/golden/formats").glob("*/*") if path.suffix != ".expected")
SAMPLES = [path.read_bytes() for path in GOLDEN]
BY_FORMAT = {form.NAME: [path.read_bytes() for path in GOLDEN if path.parent.name == form.NAME] for form in FORMATS}


def outcome(value: bytes, content_type: str | None = None) -> None:
    """Decode and check that all that comes back is an item or a reject with a short detail."""
    found = decode(Raw(value=value, content_type=content_type))
    for item in [found] if isinstance(found, Reject) else found:
        assert isinstance(item, Decoded | Reject)
        if isinstance(item, Reject):
            assert len(item.detail) < 200


@given(st.binary(max_size=400), st.sampled_from([None, *(kind for form in FORMATS for kind in form.CONTENT_TYPES)]))
@settings(max_examples=300, deadline=None)
@example(b"", None)
@example(b"\0" * 50, "text/plain")
@example(b"\xff\xfe<\0a\0", None)
@example(b'{"uri":"\\ud800","headline":"\\udc00"}', None)
def test_any_bytes_give_an_outcome(value: bytes, content_type: str | None) -> None:
    """Bytes of any kind under any content type are read or refused."""
    outcome(value, content_type)


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_damaged_messages_give_an_outcome(data: st.DataObject) -> None:
    """A message with bytes changed, cut out or put in is read or refused, by the format that it was."""
    name = data.draw(st.sampled_from(sorted(name for name, found in BY_FORMAT.items() if found)))
    value = bytearray(data.draw(st.sampled_from(BY_FORMAT[name])))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(value)))
        size = data.draw(st.integers(0, 20))
        value[at : at + size] = data.draw(
            st.binary(max_size=20) | st.sampled_from([b"<", b">", b"&", b'"', b"\x01", b"\x02", b"]]>"])
        )
    outcome(bytes(value))
    form = next(form for form in FORMATS if name == form.NAME)
    with contextlib.suppress(FormatError):
        form.read(Raw(value=bytes(value)))


@pytest.mark.parametrize("value", SAMPLES, ids=[path.name for path in GOLDEN])
def test_truncated_messages_give_an_outcome(value: bytes) -> None:
    """A message cut at any byte is read or refused."""
    for end in range(0, len(value), max(1, len(value) // 120)):
        outcome(value[:end])


DEEP = 60_000
HUGE = {
    "json list": b"[" * DEEP,
    "json object": b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    "json associations": b'{"uri":"a","headline":"h","associations":{"a":' * 900 + b"{}" + b"}}" * 900,
    "json extra": b'{"uri":"a","headline":"h","x":' + b"[" * 900 + b"]" * 900 + b"}",
    "json text": b'{"uri":"a","headline":"h","body_text":"' + b"word " * 2_000_000 + b'"}',
    "json subjects": b'{"uri":"a","headline":"h","subject":[' + b'{"name":1,"bad":2},' * 20_000 + b"{}]}",
    "xml depth": b"<nitf>" + b"<p>" * DEEP + b"</p>" * DEEP + b"</nitf>",
    "xml attributes": b"<nitf " + b" ".join(b'a%d="1"' % n for n in range(100_000)) + b"/>",
    "xml siblings": b"<nitf><body><body.content>" + b"<p>a</p>" * 90_000 + b"</body.content></body></nitf>",
    "xml tags": b"<nitf>" + b"<p/>" * 300_000 + b"</nitf>",
    "xml text": b"<nitf><body><body.content><p>" + b"word " * 2_000_000 + b"</p></body.content></body></nitf>",
    "xml open": b"<nitf><!--" + b"-" * 1_000_000,
    "xml quotes": b"<nitf a=" + b'"' * 1_000_001,
    "xml doctype": b"<!DOCTYPE nitf " + b'"' * 500_001,
    "xml ampersands": b"<nitf><p>" + b"&" * 500_000 + b"</p></nitf>",
    "html open": b"<html>" + b"<a " * 500_000,
    "html quotes": b"<html>" + b'<a "' * 150_000,
    "html depth": b"<html><body>" + b"<div>" * DEEP + b"a",
    "html quotations": b"<html><body>" + b"<blockquote>word " * 250 + b"word " * 400_000,
    "html signs": b"<html><body>" + "<p>© word ".encode() * 100_000,
    "html scripts": b"<p>" + b"<script>" * 100_000,
    "html comments": b"<p>" + b"<!--" * 100_000,
    "text lines": b"a\n" * 1_000_000,
    "text one line": b"A" * 10_000_000,
    "text brackets": b"(Corrects " * 200_000,
    "7901": b"\x01eca1 4 i 1\r\n\x02" + b"= \r\n" * 200_000 + b"\x03",
    "7901 items": b"\x01eca1 4 i 1\r\n\x02a =\r\n" * 50_000,
    "anpa": b"\x01W1\nu s BC-A 03-01 1\n\x02" + b"^a\n" * 300_000 + b"\x03",
    "nul": b"\0" * 5_000_000,
    "binary": bytes(range(256)) * 20_000,
    "latin": b"\xe9\xa0 " * 1_000_000,
}


@pytest.mark.timeout(20)
@pytest.mark.parametrize("name", HUGE)
def test_huge_and_hostile_messages_give_an_outcome(name: str) -> None:
    """Depth, size, and repetition that would make a careless reader slow give an outcome before the time limit."""
    outcome(HUGE[name])


@given(st.text(alphabet=st.sampled_from("<>/\"'=-! apbrscitle&;\n"), max_size=300))
@settings(max_examples=300, deadline=None)
def test_markup_of_any_shape_gives_text(markup: str) -> None:
    """Broken markup gives text and a safe copy, never an error; no tag is left in the copy's scripts."""
    assert isinstance(plain_text(markup), str)
    assert not re.search(r"<script", sanitise(markup), re.IGNORECASE)

"""Each document in `tests/golden/formats` is read as the `.expected` file beside it says. COPYDESK_UPDATE_GOLDEN=1 rewrites them."""

import dataclasses
import os
from pathlib import Path
from typing import Any

import orjson
import pytest

from worker.formats import FORMATS, decode
from worker.formats.html import plain_text
from worker.formats.schema import valid
from worker.model import Decoded, Draft, Raw
from worker.ninjs31 import to_ninjs
from worker.outcome import Reject

FOLDER = Path("tests/golden/formats")
FILES = sorted(path for path in FOLDER.glob("*/*") if path.suffix != ".expected")


def plain(item: Decoded | Reject) -> dict[str, Any]:
    """Give the item as JSON, without empty fields."""
    fields = {k: v for k, v in dataclasses.asdict(item).items() if v not in (None, "", (), {}, [])}
    if "rights" in fields:
        fields["rights"] = {k: v for k, v in fields["rights"].items() if v}
    return fields


def items_of(path: Path) -> list[Decoded | Reject]:
    """All items of a file."""
    found = decode(Raw(value=path.read_bytes()))
    return [found] if isinstance(found, Reject) else list(found)


@pytest.mark.parametrize("path", FILES, ids=[f"{path.parent.name}/{path.name}" for path in FILES])
def test_a_document_is_read_as_expected(path: Path) -> None:
    """All fields of all items are as the expected file says."""
    got = [plain(item) for item in items_of(path)]
    expected = path.with_suffix(path.suffix + ".expected")
    if os.environ.get("COPYDESK_UPDATE_GOLDEN"):
        expected.write_bytes(orjson.dumps(got, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))

    assert orjson.loads(orjson.dumps(got)) == orjson.loads(expected.read_bytes())


@pytest.mark.parametrize("path", FILES, ids=[f"{path.parent.name}/{path.name}" for path in FILES])
def test_a_document_is_claimed_by_its_own_format_only(path: Path) -> None:
    """No two formats but the last resort, plain text, claim the same bytes, so their order can't matter."""
    claims = [form.NAME for form in FORMATS if form.sniff(path.read_bytes()) and form.NAME != "text"]

    assert claims == ([] if path.parent.name == "text" else [path.parent.name])


@pytest.mark.parametrize("path", FILES, ids=[f"{path.parent.name}/{path.name}" for path in FILES])
def test_a_document_is_written_as_valid_ninjs(path: Path) -> None:
    """What comes out is valid against IPTC's own schema of ninjs 3.1."""
    for item in items_of(path):
        assert isinstance(item, Decoded)
        draft = Draft(raw=Raw(value=b""), decoded=item, uri=item.uri or "urn:x", version=item.version or "")
        draft.headline, draft.body, draft.rights, draft.embargo = item.headline, item.body, item.rights, item.embargo
        draft.text = plain_text(item.body.value) if item.body else ""

        assert valid(to_ninjs(draft))


def test_every_format_has_documents() -> None:
    """A format in the list without a golden document is not tested."""
    assert {form.NAME for form in FORMATS} == {path.parent.name for path in FILES}

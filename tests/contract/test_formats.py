"""
Documents in the shapes of many agencies and newsrooms are read as their labels say.

`tests/golden/formats/labels.json` was written before any of them was decoded. Texts are compared without case, blanks and
punctuation, names by containment, lists by what must be among them.
"""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from worker.formats.html import plain_text
from worker.formats.schema import valid
from worker.model import Draft, Raw
from worker.ninjs31 import to_ninjs
from worker.outcome import Reject
from worker.pipeline import Pipeline
from worker.rules.load import Rules

FOLDER = Path("tests/golden/formats")
LABELS: dict[str, dict[str, Any]] = json.loads((FOLDER / "labels.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    """Give one pipeline with the packaged rules."""
    return Pipeline.from_rules(Rules())


def bare(text: Any) -> str:
    """`text` in small letters, without blanks and punctuation."""
    return re.sub(r"[\W_]+", "", str(text or "")).lower()


def alike(one: Any, other: Any) -> bool:
    """Whether one text holds the other."""
    return bool(bare(one) and bare(other)) and (bare(one) in bare(other) or bare(other) in bare(one))


def ms(text: str) -> int:
    """Milliseconds of an ISO time; one without zone is UTC."""
    found = datetime.fromisoformat(text)
    return int((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp() * 1000)


def concepts(item: dict[str, Any]) -> list[str]:
    """All names, literals and uris of subjects and the like."""
    lists = ("subjects", "places", "people", "organisations", "events", "objects", "genres")
    return [str(one[key]) for name in lists for one in item.get(name, ()) for key in ("name", "literal", "uri") if one.get(key)]


def same(field: str, want: Any, draft: Draft, item: dict[str, Any]) -> bool:
    """Whether `field` of the item is what the label says."""
    decoded, rights = draft.decoded, draft.rights
    body = bare(plain_text(draft.body.value)) if draft.body else ""
    signals = {*draft.signals, *(["embargo"] if draft.embargo else []), item["pubStatus"]}
    checks: dict[str, Any] = {
        "uri": lambda: draft.uri == want,
        "version": lambda: draft.version == want,
        "versioncreated": lambda: decoded.updated == ms(want),
        "status": lambda: item["pubStatus"] == want,
        "embargoed": lambda: draft.embargo is None if want is None else draft.embargo and draft.embargo.until == ms(want),
        "headline": lambda: bare(draft.headline) == bare(want),
        "slugline": lambda: bare(item.get("slugline")) == bare(want),
        "byline": lambda: alike(want.removeprefix("Von "), item.get("by")),
        "language": lambda: (draft.language or "")[:2] == want,
        "urgency": lambda: item.get("urgency") == want,
        "keywords": lambda: all(any(bare(found) == bare(word) for found in concepts(item)) for word in want),
        "subjects": lambda: all(any(found.endswith(code.rpartition(":")[2]) for found in concepts(item)) for code in want),
        "provider": lambda: any(alike(want, found) for found in (draft.provider, rights.source, rights.distributor)),
        "copyright_holder": lambda: alike(want, rights.copyright_holder),
        "copyright_notice": lambda: alike(want, rights.copyright_notice),
        "usage_terms": lambda: alike(want, rights.usage_terms),
        "country": lambda: want in [region.code for region in draft.regions],
        "dateline_city": lambda: draft.dateline is not None and alike(want, draft.dateline.place),
        "body_start": lambda: bare(want) in body[:600],
        "body_end": lambda: bare(want) in body[-600:],
        "not_in_body": lambda: not any(bare(part) in body for part in want),
        "body_paragraphs": lambda: abs(paragraphs(draft) - want) <= 1,
        "signals": lambda: set(want) <= signals,
    }
    return bool(checks[field]())


def paragraphs(draft: Draft) -> int:
    """How many paragraphs the body has."""
    text = draft.body.value if draft.body else ""
    parts = re.findall(r"<p[\s>].*?</p>", text, re.DOTALL) if "<p" in text else re.split(r"\n+", text)
    return sum(bool(bare(re.sub(r"<[^>]+>", "", part))) for part in parts)


def test_there_are_labels_for_every_format() -> None:
    """Each folder of golden documents has at least five with labels."""
    counts = {folder.name: 0 for folder in FOLDER.iterdir() if folder.is_dir()}
    for name in LABELS:
        counts[name.partition("/")[0]] += 1

    assert {name: count for name, count in counts.items() if count < 5} == {}


@pytest.mark.parametrize("name", LABELS)
def test_a_document_is_read_as_its_labels_say(name: str, pipeline: Pipeline) -> None:
    """All fields that the label names are read so, and the item is valid ninjs 3.1."""
    labels = dict(LABELS[name])
    drafts = pipeline.prepare(Raw(value=(FOLDER / name).read_bytes()))
    wrong = [] if len(drafts) == labels.pop("items", 1) else ["items"]
    draft = drafts[0]
    assert not isinstance(draft, Reject)
    item = to_ninjs(draft)
    for field, want in labels.items():
        accepted = want["any"] if isinstance(want, dict) else [want]
        if not any(same(field, one, draft, item) for one in accepted):
            wrong.append(field)

    assert wrong == []
    assert valid(item)

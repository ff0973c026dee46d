"""What the worker writes is what the schemas say."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import orjson
import pytest
from aiokafka.structs import ConsumerRecord
from factories import BAKERS, HARBOUR

from worker.formats.schema import complaints
from worker.live.dead_letter import dead_letter
from worker.model import Origin, Raw
from worker.outcome import Outcome, Reason, Reject, Relation
from worker.rules.load import Rules
from worker.wiring import Counter, Intake

FOLDER = Path(__file__).parents[2] / "schemas"
OF_OUTCOME = {Outcome.KEPT: "enriched-record", Outcome.DUPLICATE: "duplicate-notice", Outcome.REJECTED: "advisory"}


def _validator(name: str) -> Any:
    return jsonschema_rs.validator_for(json.loads((FOLDER / f"{name}.schema.json").read_text()), offline=True)


def _items() -> Iterator[dict[str, Any]]:
    footer = "\n___\n© 2025 Alpha News GmbH. All rights reserved.\nDistributed by Tribune Content Agency, LLC."
    base = {"type": "text", "language": "en", "versioncreated": "2025-03-28T12:00:00Z", "version": "1"}
    story = {**base, "headline": "Harbour closed", "body_text": f"LINDESMOUTH, Norway (AN) - {HARBOUR}{footer}"}
    yield {**story, "uri": "urn:a:1"}
    yield {**story, "uri": "urn:b:1", "byline": "Mara Ell", "headline": "Port shut"}
    yield {**story, "uri": "urn:a:1", "version": "2", "body_text": f"LONDON - {HARBOUR} It was raised on Friday."}
    yield {**base, "uri": "urn:c:1", "headline": "Bread by weight", "body_html": f"<p>{BAKERS}</p><p>© 2025 Orne Press</p>"}
    yield {**story, "uri": "urn:a:1", "version": "3", "pubstatus": "canceled"}
    yield {**base, "uri": "urn:d:1", "headline": "Budget", "body_text": BAKERS * 2, "embargoed": "2025-03-29T06:00:00Z"}
    yield {**base, "uri": "urn:e:1", "headline": "(TEST) Please ignore", "body_text": "This is a test of the wire."}


@pytest.fixture(name="served", scope="module")
def _served() -> list[tuple[bytes, Any, bytes]]:
    intake, counter = Intake(Rules()), Counter(Rules())
    served = []
    for sequence, item in enumerate(_items()):
        raw = Raw(value=orjson.dumps(item), origin=Origin("wire.raw", 0, sequence, 1_743_163_200_000))
        [prepared] = intake.prepare(raw)
        assert not isinstance(prepared, Reject)
        decision, line, _ = counter.serve(prepared.value, sequence)
        served.append((prepared.value, decision, line))
    return served


def test_samples_have_every_outcome(served: list[tuple[bytes, Any, bytes]]) -> None:
    """The samples below are worth something: they end in every outcome, and in most relations."""
    assert {decision.outcome for _, decision, _ in served} == set(Outcome)
    assert {Relation.NEW, Relation.DUPLICATE, Relation.UPDATE, Relation.CANCELLATION, Relation.TEST} <= {
        decision.story.relation for _, decision, _ in served
    }


def test_prepared_items(served: list[tuple[bytes, Any, bytes]]) -> None:
    """Every prepared value is a prepared item."""
    validator = _validator("prepared-item")
    for value, _, _ in served:
        validator.validate(orjson.loads(value))


def test_published_records(served: list[tuple[bytes, Any, bytes]]) -> None:
    """Every record is what the schema of its topic says, and its item is ninjs 3.1."""
    for _, decision, line in served:
        record = orjson.loads(line)
        assert complaints(record["item"], 3) == []
        if decision.outcome is not Outcome.HELD:
            _validator(OF_OUTCOME[decision.outcome]).validate(record)


def test_memory_records() -> None:
    """Every memory record of a chunk is one, the desk's own included."""
    validator, intake, counter = _validator("memory-record"), Intake(Rules()), Counter(Rules())
    for sequence, item in enumerate(_items()):
        [prepared] = intake.prepare(Raw(value=orjson.dumps(item)))
        assert not isinstance(prepared, Reject)
        counter.serve(prepared.value, sequence)

    changes = counter.memory.changes()

    assert len(changes) >= 5
    for _, value in changes:
        validator.validate(orjson.loads(value or b""))


@pytest.mark.parametrize("reason", list(Reason))
def test_dead_letters(reason: Reason) -> None:
    """A dead letter's headers are what the schema says, for every reason, also truncated and with an origin."""
    record: ConsumerRecord[bytes | None, bytes | None] = ConsumerRecord(
        "wire.raw", 1, 7, 5, 0, b"k", b"x" * 100_000, None, 1, 100_000, (("content-type", b"text/plain"),)
    )
    letter = dead_letter(
        "wire.deadletter", record, Reject(reason, "d" * 999, "decode"), truncate=True, index=3, raw_origin="wire.raw/0/1/2"
    )

    _validator("dead-letter").validate({key: value.decode() for key, value in letter.headers})
    assert letter.value is not None
    assert b"x" * 100 in letter.value


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.schema.json")), ids=lambda p: p.name)
def test_schema_is_one(path: Path) -> None:
    """Each file is a valid 2020-12 schema whose every field has a description."""
    schema = json.loads(path.read_text())

    jsonschema_rs.meta.validate(schema)
    assert schema["description"]

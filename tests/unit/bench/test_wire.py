"""What the wire measurement makes of its stream and its times."""

import gzip
import json
from pathlib import Path

from bench.wire import items, quantiles


def test_items_are_ninjs_with_their_own_time(tmp_path: Path) -> None:
    """A line becomes an item with its dateline in front and its time in ISO form; without a date it has none."""
    rows = [
        {"id": "a", "date": " 1-APR-1987 00:02:13.34", "headline": "BREAD DEARER", "dateline": "LYON, April 1 -", "text": "Bread rose."},
        {"id": "b", "date": "", "headline": None, "dateline": "", "text": "Short."},
    ]  # fmt: skip
    path = tmp_path / "stream.jsonl.gz"
    path.write_bytes(gzip.compress("".join(json.dumps(row) + "\n" for row in rows).encode()))

    first, second = map(json.loads, items(path))

    assert first["versioncreated"] == "1987-04-01T00:02:13Z"
    assert first["body_text"] == "LYON, April 1 - Bread rose."
    assert second == {"uri": "b", "version": "1", "type": "text", "language": "en", "headline": "", "body_text": "Short."}


def test_quantiles_are_times_that_occurred() -> None:
    """The nearest rank is taken, and the longest is the last."""
    assert quantiles([float(n) for n in range(100)]) == [(50, 50.0), (90, 90.0), (99, 99.0), (100, 99.0)]
    assert quantiles([]) == []

"""The demo's items without Kafka, held against the expected rows, and how they are drawn."""

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from worker.demo import dry, expected, show
from worker.demo.rows import COLUMNS, rows
from worker.demo.script import SAMPLES, Sample, load
from worker.demo.stand import Stand, StandError
from worker.rules.load import Rules
from worker.settings import Settings


@pytest.fixture(scope="module")
def samples() -> tuple[Sample, ...]:
    """Load the demo's items."""
    return load()


@pytest.fixture(scope="module")
def found(samples: tuple[Sample, ...]) -> list[dict[str, str]]:
    """Run them."""
    return rows(samples, dry.run(samples, Rules(), Settings()))


def test_all_rows_are_as_expected(found: list[dict[str, str]]) -> None:
    """Each cell is what expected.json says; after a change on purpose, `copydesk demo --update` writes it anew."""
    assert expected.compare(expected.read(), found) == []


def test_every_file_is_played(samples: tuple[Sample, ...]) -> None:
    """No sample lies about unused, and names are given once."""
    script = (SAMPLES / "script.toml").read_text(encoding="utf-8")
    files = {path.name for path in SAMPLES.iterdir()} - {"script.toml", "expected.json"}

    assert [name for name in sorted(files) if f'"{name}"' not in script] == []
    assert len({sample.name for sample in samples}) == len(samples) >= 25


@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_drawn_rows_fit(width: int, samples: tuple[Sample, ...], found: list[dict[str, str]]) -> None:
    """At any width no line is cut off, and all words of all headlines are there."""
    out = StringIO()
    Console(file=out, width=width, highlight=False).print(show.table(samples, found, width))

    lines = out.getvalue().splitlines()
    assert max(map(len, lines)) <= width
    words = set(out.getvalue().split())
    assert [row["story"] for row in found if not set(row["story"].split()) <= words] == []


def test_no_colour_in_a_pipe(samples: tuple[Sample, ...], found: list[dict[str, str]]) -> None:
    """What is no terminal gets plain text."""
    out = StringIO()
    Console(file=out, width=120, highlight=False).print(show.table(samples, found, 120), show.tally(found))

    assert "\x1b" not in out.getvalue()


def test_tally_counts_every_item_once(found: list[dict[str, str]]) -> None:
    """The counts by outcome add up to the items."""
    assert sum(int(word) for word in show.tally(found).plain.split() if word.isdigit()) == len(found)


def test_differences_name_the_cell() -> None:
    """A cell that differs is shown with what was expected."""
    row = dict.fromkeys(COLUMNS, "–") | {"item": "a"}

    [one] = expected.compare([row], [row | {"regions": "Norway"}])

    assert one == expected.Difference(1, "a", "regions", "–", "Norway")
    out = StringIO()
    show.differences([one], Console(file=out, width=80))
    assert "#1 a, regions" in out.getvalue()


def test_a_row_that_is_missing_differs() -> None:
    """A row that is expected and did not come is a difference, and so is one that nobody expected."""
    row = dict.fromkeys(COLUMNS, "–") | {"item": "a"}

    assert [one.item for one in expected.compare([row], [])] == ["a"]
    assert {one.expected for one in expected.compare([], [row])} == {expected.MISSING}


def test_rows_can_be_written_and_read(tmp_path: Path) -> None:
    """What is written as expected is what is read."""
    row = dict.fromkeys(COLUMNS, "–") | {"item": "a", "story": "Grève à Lyon"}

    expected.write([row], tmp_path / "expected.json")

    assert expected.read(tmp_path / "expected.json") == [row]


def test_callers_settings_stay_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the caller has set for a worker of their own does not reach the demo's; the cache of jars does."""
    monkeypatch.setenv("COPYDESK_TOPIC_PREFIX", "mine.")
    monkeypatch.setenv("COPYDESK_CACHE", str(tmp_path))
    stand = Stand(tmp_path, {"COPYDESK_RAW_PARTITIONS": "1"})
    monkeypatch.setattr(type(stand.broker), "bootstrap", "127.0.0.1:1")

    environment = {name: value for name, value in stand.environment.items() if name.startswith("COPYDESK_")}

    assert environment == {
        "COPYDESK_BROKER": "127.0.0.1:1",
        "COPYDESK_CACHE": str(tmp_path),
        "COPYDESK_RAW_PARTITIONS": "1",
        "COPYDESK_WEB_PORT": "0",
    }


def test_a_worker_that_was_not_started(tmp_path: Path) -> None:
    """Stopping what does not run does nothing; asking for its process says why there is none."""
    stand = Stand(tmp_path, {})

    assert stand.stop_worker() is None
    with pytest.raises(StandError, match="not started"):
        _ = stand.pid

"""
Measure the dateline and regions stages: time an item given the view, load, memory.

    python -m bench.bench_regions [--items FILE.jsonl.gz]

Without `--items` a story of 4 KB of our own is used; with it the items of 3 to 5 KB in the file (fields `headline`, `text`).
"""

import argparse
import gzip
import json
import resource
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from bench.before import BEFORE
from worker.model import Decoded, Draft, Raw
from worker.rules.load import Rules
from worker.stages.dateline import ReadDateline
from worker.stages.regions import TagRegions
from worker.text import TextView

ROUNDS = 30
STORY = (
    "Kenya's parliament passed a budget on Monday that raises taxes on fuel and sugar, and farmers in Nakuru and Eldoret blocked roads. "
    "President Grace Example told reporters in Nairobi that the country had no choice. Lenders in Washington and London had asked for it. "
    "Mr Jordan, who leads the opposition, said he would go to court. Traders in Mombasa expect fewer ships from China and India. "
    "Analysts at Example Bank in Frankfurt, Germany, said that the Kenyan shilling would hold, while the U.S. dollar may rise. "
    "The union of teachers asked its members to stay at home, and schools in Paris, Texas, were named as a model by a speaker. "
)


def drafts(path: Path | None) -> list[Draft]:
    """Make the items, with their views."""
    texts = [("Kenya raises taxes", f"NAIROBI (Example) - {STORY * 7}"[:4096])] * 50
    if path is not None:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines]
        texts = [(row.get("headline") or "", row["text"]) for row in rows if 3000 < len(row["text"]) < 5000][:300]
    made = []
    for headline, text in texts:
        draft = Draft(raw=Raw(value=b""), decoded=Decoded(format="bench"))
        draft.headline, draft.text, draft.language = headline, text, "en"
        made.append(draft)
    return made


def microseconds(step: Callable[[Draft], object], items: list[Draft]) -> float:
    """Take the median over the items of each item's fastest round."""
    fastest = [float("inf")] * len(items)
    for _ in range(ROUNDS):
        for at, item in enumerate(items):
            started = time.perf_counter_ns()
            step(item)
            fastest[at] = min(fastest[at], time.perf_counter_ns() - started)
    return statistics.median(fastest) / 1000


def view(draft: Draft) -> None:
    """Make the view."""
    draft.view = TextView(draft.headline, draft.text, draft.dateline.end if draft.dateline else 0)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=Path)
    items = drafts(parser.parse_args().items)
    started = time.perf_counter()
    dateline, regions = ReadDateline(Rules()), TagRegions(Rules())
    print(f"load           {(time.perf_counter() - started) * 1000:8.0f} ms")
    print(
        f"memory         {(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - BEFORE) / 1024:8.0f} MB, numpy and imports included"
    )
    print(f"items          {len(items):8d}, {statistics.mean(len(item.text) for item in items):.0f} code points on average")
    for name, step in (("dateline", dateline), ("view", view), ("regions", regions)):
        print(f"{name:14s} {microseconds(step, items):8.1f} us an item (median of the fastest of {ROUNDS} rounds)")


if __name__ == "__main__":
    main()

# ruff: noqa: INP001, T201 - a command, no part of a package
"""
Train the two models of the regions stage on openly licensed news, and measure them.

    python tools/train_regions.py --data ../shared/eval                # figures only
    python tools/train_regions.py --data ../shared/eval --write        # and write the model, the same bytes each time
    python tools/train_regions.py --data ../shared/eval --research     # and what training on all sets would give, by five folds

DIR holds `region/dev.jsonl.gz` and `topic/dev.jsonl.gz`. The shipped model learns from four parts: the items of GeoVirus (Wikinews,
CC BY 2.5), the items of WCEP (CC BY-SA 4.0) that `regions/wcep_labels.txt` labels, the stories of `regions/stories.en.txt`, and the
first halves of `bench/stories_abroad` (both our own). The other sets are only measured with. What is learnt is how far to trust a
kind of name in a kind of place, some thousand small integers; no word of any text.
"""

import argparse
import gzip
import json
import sys
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.abroad import FOLDER, Story, read_stories, stories  # noqa: E402
from worker.rules.gazetteer import Gazetteer  # noqa: E402
from worker.rules.load import Rules  # noqa: E402
from worker.stages.dateline import ReadDateline  # noqa: E402
from worker.stages.regions.measure import FEATURES, Measurer  # noqa: E402
from worker.stages.regions.mentions import Finder  # noqa: E402
from worker.text import TextView  # noqa: E402

TARGET = ROOT / "worker" / "rules" / "regions_model.json"
ENGLISH = ROOT / "tools" / "regions" / "stories.en.txt"
LABELS = ROOT / "tools" / "regions" / "wcep_labels.txt"
TOPONYMS = ("LGL", "TR-News", "GeoWebNews", "GeoVirus")  # every place that is named is gold
FOCUS_ONLY = "CLIFF"  # only the first country is labelled there
WIRE = "Reuters-21578"  # indexers chose the countries
OPEN = "GeoVirus"  # the one set whose text is openly licensed
OWN, WCEP = "own stories", "WCEP"
WIRE_SHARE = 4  # one wire item of so many is used for training: there are twenty times as many as all others
WEIGHTS = {**dict.fromkeys(TOPONYMS, 3.0), OWN: 3.0, FOCUS_ONLY: 2.0, WCEP: 2.0, WIRE: 1.0}
FOLDS = 5
TREES, DEPTH, RATE, RIDGE = 120, 3, 0.12, 4.0
SCALE = 256

Rows = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def lines(path: Path) -> Iterator[dict[str, Any]]:
    """Read JSON Lines."""
    with gzip.open(path, "rt", encoding="utf-8") as rows:
        yield from map(json.loads, rows)


def labelled_wcep(path: Path) -> Iterator[dict[str, Any]]:
    """Give the items of WCEP that were labelled for this."""
    labels = {}
    for line in LABELS.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            key, *codes = line.split()
            labels[f"WCEP-{key}"] = [code for code in codes if code != "-"]
    for row in lines(path):
        if row["corpus"] == WCEP and (gold := labels.get(row["id"])) is not None:
            yield {**row, "gold": gold, "primary": gold[0] if gold else None}


def own_stories() -> Iterator[dict[str, Any]]:
    """Give the invented stories that are for training."""
    listed: list[Story] = [story for story in stories(FOLDER) if story.half == "first"] + list(read_stories(ENGLISH))
    for at, story in enumerate(listed):
        yield {
            "id": f"{story.language}-{at}", "corpus": OWN, "lang": story.language, "headline": story.headline, "text": story.text,
            "gold": [*story.wanted, *sorted(story.allowed)], "primary": story.wanted[0],
        }  # fmt: skip


def measured(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Run the stages up to the features; `rows` of an item has a row for each candidate country."""
    gazetteer = Gazetteer.from_rules(Rules())
    finder, measurer, dateline = Finder(gazetteer), Measurer(gazetteer), ReadDateline(Rules())
    number = {country.code: at for at, country in enumerate(gazetteer.countries)}
    items = []
    for row in rows:
        language = row.get("lang") or "en"
        line = dateline.read(row["text"], language=language)
        view = TextView(row.get("headline") or "", row["text"], line.end if line else 0)
        at = number.get(line.country) if line and line.country else None
        style = 0 if line is None else 1 if line.agency else 2
        found = measurer.measure(view, finder.find(view, language), at, style, language)
        items.append({
            "id": row["id"], "corpus": row["corpus"], "gold": set(row["gold"]), "primary": row.get("primary"),
            "codes": [gazetteer.countries[c].code for c in found.countries], "rows": found.table.tolist(),
        })  # fmt: skip
    return items


class Boosted:
    """Oblivious trees under logistic loss (Prokhorenkova et al., CatBoost, 2018, without its ordering)."""

    def __init__(self, rows: Rows, wanted: npt.NDArray[np.bool_], weights: Floats) -> None:
        """Fit."""
        bins, size = int(rows.max()) + 1, rows.shape[1]
        share = float((weights * wanted).sum() / weights.sum())
        self.base = float(np.log(share / (1 - share)))
        self.trees: list[tuple[list[int], list[int], Floats]] = []
        score = np.full(len(rows), self.base)
        for _ in range(TREES):
            chance = 1 / (1 + np.exp(-score))
            slope, curve = weights * (wanted - chance), weights * chance * (1 - chance)
            leaf = np.zeros(len(rows), np.int64)
            features: list[int] = []
            thresholds: list[int] = []
            for level in range(DEPTH):
                leaves = 1 << level
                sums = np.zeros((2, leaves, size, bins))
                for feature in range(size):
                    cell = leaf * bins + rows[:, feature]
                    sums[0, :, feature] = np.bincount(cell, slope, leaves * bins).reshape(leaves, bins)
                    sums[1, :, feature] = np.bincount(cell, curve, leaves * bins).reshape(leaves, bins)
                above = sums[..., ::-1].cumsum(axis=-1)[..., ::-1]
                below = above[..., :1] - above
                gain = (above[0] ** 2 / (above[1] + RIDGE) + below[0] ** 2 / (below[1] + RIDGE)).sum(axis=0)
                gain[:, 0] = -1
                best, threshold = divmod(int(np.argmax(gain)), bins)
                features.append(best)
                thresholds.append(threshold)
                leaf = leaf * 2 + (rows[:, best] >= threshold)
            count = 1 << DEPTH
            values = RATE * np.bincount(leaf, slope, count) / (np.bincount(leaf, curve, count) + RIDGE)
            score += values[leaf]
            self.trees.append((features, thresholds, values))

    def packed(self) -> dict[str, Any]:
        """Write the model in integers, 256 for one unit of log-odds."""
        return {
            "base": round(self.base * SCALE),
            "features": [features for features, _, _ in self.trees],
            "thresholds": [thresholds for _, thresholds, _ in self.trees],
            "leaves": [[round(float(v) * SCALE) for v in values] for _, _, values in self.trees],
        }


def fit(items: list[dict[str, Any]]) -> dict[str, Any]:
    """Train both models on `items` and pack them."""
    used = [i for i in items if i["corpus"] != WIRE or zlib.crc32(i["id"].encode()) // FOLDS % WIRE_SHARE == 0]
    steps = [round(SCALE * float(np.log(p / (100 - p)))) for p in range(1, 100)]
    models = {}
    for name in ("include", "primary"):
        part = [i for i in used if i["rows"] and (i["corpus"] != FOCUS_ONLY if name == "include" else i["primary"])]
        rows = np.array([row for i in part for row in i["rows"]], np.int64)
        wanted = np.array([(c in i["gold"]) if name == "include" else c == i["primary"] for i in part for c in i["codes"]])
        weights = np.array([WEIGHTS.get(i["corpus"], 1.0) for i in part for _ in i["codes"]])
        models[name] = Boosted(rows, wanted, weights).packed()
    return {"feature_names": list(FEATURES), "steps": steps, **models}


def judge(items: list[dict[str, Any]], model: dict[str, Any]) -> list[tuple[str, int, int, int, bool | None]]:
    """Corpus, right, wrong, missed and whether the first is right, of each item."""
    from worker.stages.regions.choose import choose  # noqa: PLC0415 - reads the model file's shape, not the file
    from worker.stages.regions.trees import Trees  # noqa: PLC0415

    trees = Trees(model, ("include", "primary"))
    judged = []
    for item in items:
        got: set[str] = set()
        first = None
        if item["rows"]:
            include, primary = trees.score(np.array(item["rows"], np.uint8))
            line_only = [bool(row[FEATURES.index("line_only")]) for row in item["rows"]]
            chosen = choose(include, primary, line_only, named=item["rows"][0][FEATURES.index("style")] == 1)
            got = {item["codes"][at] for at in chosen}
            first = item["codes"][chosen[0]] if chosen else None
        known = first == item["primary"] if item["primary"] else None
        judged.append((item["corpus"], len(got & item["gold"]), len(got - item["gold"]), len(item["gold"] - got), known))
    return judged


def report(title: str, judged: list[tuple[str, int, int, int, bool | None]]) -> None:
    """Print F1 and primary for each corpus and the four toponym sets together."""
    groups = defaultdict(list)
    for row in judged:
        groups[row[0]].append(row)
        if row[0] in TOPONYMS:
            groups["toponym sets"].append(row)
    print(title)
    for name, rows in sorted(groups.items()):
        right, wrong, missed = (sum(row[1] for row in rows), sum(row[2] for row in rows), sum(row[3] for row in rows))
        firsts = [row[4] for row in rows if row[4] is not None]
        f1 = 2 * right / max(1, 2 * right + wrong + missed)
        print(f"  {name:15s} {len(rows):6d} items  f1 {f1:.3f}  primary {sum(firsts) / max(1, len(firsts)):.3f}")


def by_fold(items: list[dict[str, Any]], also: list[dict[str, Any]]) -> list[tuple[str, int, int, int, bool | None]]:
    """Judge each of `items` with a model that has seen `also` and the other four fifths."""
    fold = [zlib.crc32(i["id"].encode()) % FOLDS for i in items]
    judged = []
    for held in range(FOLDS):
        model = fit([i for i, f in zip(items, fold, strict=True) if f != held] + also)
        judged += judge([i for i, f in zip(items, fold, strict=True) if f == held], model)
    return judged


def main() -> None:
    """Train, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, metavar="DIR")
    parser.add_argument("--write", action="store_true", help="write the packaged model")
    parser.add_argument("--research", action="store_true", help="also train on all sets, by five folds, to compare")
    given = parser.parse_args()
    sets = measured(lines(given.data / "region" / "dev.jsonl.gz"))
    own = measured([*own_stories(), *labelled_wcep(given.data / "topic" / "dev.jsonl.gz")])
    wikinews = [item for item in sets if item["corpus"] == OPEN]
    model = fit(wikinews + own)
    if given.write:
        TARGET.write_text(json.dumps(model, separators=(",", ":")) + "\n", encoding="utf-8")
    others = [item for item in sets if item["corpus"] != OPEN]
    report(f"the shipped model; {OPEN} held out by {FOLDS} folds", judge(others, model) + by_fold(wikinews, own))
    if given.research:
        report(f"trained on all sets, held out by {FOLDS} folds", by_fold(sets, own))


if __name__ == "__main__":
    main()

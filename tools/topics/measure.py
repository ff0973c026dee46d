# ruff: noqa: INP001, T201 - a program, not a package; it prints
"""
Measure a topic model: `python tools/topics/measure.py --data DIR --model FILE [--all] [--errors N]`.

DIR holds `dev.jsonl.gz`. Of the two corpora that models are trained on, only the held-out fifth is read (unless `--all`), so give
the model that `tools/train_topics.py --hold-out` wrote. Figures are those of the scorer: micro (share of items with one label
whose best topic is right), macro (mean F1 over the labels of that corpus); then calibration, coverage, level 2, and errors.
"""

import argparse
import gzip
import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from worker.rules.load import Rules
from worker.stages.topics.codes import MediaTopics
from worker.stages.topics.features import features
from worker.stages.topics.model import TopicModel
from worker.stages.topics.settings import TopicRules
from worker.text import TextView
from worker.training.examples import held_out
from worker.training.measure import Judged, calibration_error, f1_by_class, share_right

OPEN = ("WCEP", "HuffPost")
RULES = TopicRules.load(Rules(), MediaTopics.load())  # the empty words of the languages
ENGLISH = ("WCEP", "HuffPost", "AG News test", "BBC News", "NYT front page", "MasakhaNEWS en")


def judge(row: dict[str, Any], model: TopicModel) -> tuple[list[int], list[int], Any]:
    """Score one row."""
    found = RULES.telling(features(TextView(row["headline"] or "", row["text"])), row["lang"])
    scores = model.score(found, headed=bool(row["headline"]))
    return scores.level1, model.confidences(scores.level1), scores


def read(path: Path) -> Iterator[dict[str, Any]]:
    """Read JSON Lines."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--errors", type=int, default=0)
    options = parser.parse_args()
    model = TopicModel.load(options.model)
    groups: dict[str, list[Judged]] = {}
    sizes: Counter[str] = Counter()
    shown: list[str] = []
    second: dict[str, list[bool]] = {}
    for row in read(options.data / "dev.jsonl.gz"):
        name = row["corpus"] + (f" {row['lang']}" if row["corpus"] == "MasakhaNEWS" else "")
        sizes[name] += 1
        group = f"WCEP{row['date']}" if row["corpus"] == "WCEP" else str(row["id"])
        if row["corpus"] in OPEN and not options.all and not held_out(group):
            continue
        _, confidences, scores = judge(row, model)
        best = confidences.index(max(confidences))
        judged = Judged(tuple(row["gold_l1"]), model.codes[best], confidences[best], 1.0)
        groups.setdefault(name, []).append(judged)
        if row["gold_l2"] and model.children(best):
            parts = model.confidences(model.score_children(best, scores))
            second.setdefault(name, []).append(model.children(best)[parts.index(max(parts))] in row["gold_l2"])
        if judged.code not in judged.gold and name in ENGLISH:
            shown.append(
                f"{name}\t{row['orig_label']}\t{model.codes[best][7:9]} {judged.confidence}\t{row['headline']} {row['text'][:160]}"
            )
    weighted: list[Judged] = []
    for name, items in sorted(groups.items()):
        print(
            f"{name:18s} {len(items):6d} {share_right(items):.3f} / {sum(f1_by_class(items).values()) / len(f1_by_class(items)):.3f}"
            f"  ece {calibration_error(items):.3f}  level 2 {_share(second.get(name))}"
        )
        if name in ENGLISH:
            weighted += [item._replace(weight=sizes[name] / len(items)) for item in items]
    classes = f1_by_class(weighted)
    print(
        f"all English        {share_right(weighted):.4f} / {sum(classes.values()) / len(classes):.4f}  ece {calibration_error(weighted):.3f}"
    )
    print(" ".join(f"{code[7:9]}:{value:.2f}" for code, value in sorted(classes.items())))
    for least in (0, 150, 200, 300, 400, 500, 600, 800):
        kept = [item for item in weighted if item.confidence >= least]
        total = sum(item.weight for item in weighted)
        print(
            f"from {least:3d} per mille: coverage {sum(item.weight for item in kept) / total:.3f}, right {share_right(kept):.3f}"
        )
    for line in shown[:: max(1, len(shown) // options.errors)][: options.errors] if options.errors else []:
        print(line)


def _share(values: list[bool] | None) -> str:
    return f"{sum(values) / len(values):.3f} of {len(values)}" if values else "-"


if __name__ == "__main__":
    main()

"""
Measure the language and topic stages: time for a 4 KB item given its view, time to load, and memory.

    python -m bench.bench_topics [--items 200]

The items are made up of common English words around a few words of topics. Prints medians of processor time over rounds.
"""

import argparse
import resource
import statistics
import time
from collections.abc import Callable

import numpy as np

from worker.model import Decoded, Draft, Raw
from worker.rules.load import Rules
from worker.stages.language import DetectLanguage
from worker.stages.topics import TagTopics
from worker.text import TextView

FILLERS = (
    "the of and to a in that is was he for it with as his on be at by had not are but from or have an they which "
    "one you were all her she there would their we him been has when who will no more if out so said what up its "
    "about than into them can only other new some could time these two may then do first any my now such like our "
    "over man me even most made after also did many before must "
)
WORDS = (
    "government election minister police court company bank shares troops attack match team school hospital "
    "doctors storm flood scientists software film music church strike workers travel family climate president "
    "party market prices people country officials report statement meeting leaders city region members group plans "
    "support security power public year week million "
)
ROUNDS = 15


def items(count: int, size: int = 4096) -> list[TextView]:
    """Make texts of about `size` characters."""
    rng = np.random.default_rng(7)
    fillers, topical = FILLERS.split(), WORDS.split()
    views = []
    for _ in range(count):
        words: list[str] = []
        length = 0
        while length < size:
            word = (
                str(rng.choice(fillers)) if rng.random() < 0.5 else f"{rng.choice(topical)}{rng.choice(['', 's', 'ing', 'ed'])}"
            )
            words.append(word)
            length += len(word) + 1
        views.append(TextView(" ".join(words[:8]).title(), " ".join(words[8:])))
    return views


def median_us(call: Callable[[TextView], object], views: list[TextView]) -> float:
    """Give the median over rounds of the mean time of a call."""
    rounds = []
    for _ in range(ROUNDS):
        start = time.process_time_ns()
        for view in views:
            call(view)
        rounds.append((time.process_time_ns() - start) / len(views) / 1000)
    return statistics.median(rounds)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("--items", type=int, default=200)
    views = items(parser.parse_args().items)
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    language, topics = DetectLanguage(Rules()), TagTopics(Rules())
    print(
        f"load      {time.process_time() - start:6.2f} s   {(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024:.0f} MB"
    )
    draft = Draft(raw=Raw(value=b""), decoded=Decoded(format="plain"), language="en")
    declared = Decoded(format="plain", language="en")

    def detect(view: TextView) -> None:
        draft.view = view
        language(draft)

    def keep(view: TextView) -> None:
        draft.view, draft.decoded = view, declared
        language(draft)

    def tag(view: TextView) -> None:
        draft.view = view
        topics(draft)

    for name, call in (
        ("untagged", detect),
        ("declared", keep),
        ("topics", tag),
        ("view", lambda view: TextView("", view.text)),
    ):
        print(f"{name:9s} {median_us(call, views):6.1f} µs an item")


if __name__ == "__main__":
    main()

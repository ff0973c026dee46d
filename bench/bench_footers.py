"""
Time the footers stage: microseconds an item of 4 KB, against one naive regex in the same run, and its growth with length.

    python -m bench.bench_footers

Medians over many rounds; compare ratios, not machines.
"""

import re
import statistics
import time
from collections.abc import Callable

from worker.model import Body, Decoded, Draft, Raw
from worker.rules.load import Rules
from worker.stages.footers import StripFooters

ROUNDS = 400
SENTENCE = "The harbour council of Lune met on Monday and agreed, after a long debate, to build a new pier for the ferries. "
FOOTERS = {
    "no footer": "",
    "copyright": "\n\nCopyright 2031 Harbour Wire. All rights reserved. This material may not be published, broadcast or rewritten.",
    "credit": "\n\n(Reporting by Ada Lind in Oslo; Writing by Bo Ek; Editing by Cy Moss)",
    "distributor": "\n\n— Ada Lind\nHarbour Times\n———\n©2031 Harbour Times, Distributed by Northgate Content Agency, LLC.\n",
    "sign-off": "\n\nkl/mo/ww\n",
    "release": "\n\nMedia contact:\nBo Ek\nPhone: +47 555 01 99 00\nbo.ek@harbour.example\n\nSOURCE Harbour Metals Ltd\n",
}
# What most people write first. It finds one footer in five.
NAIVE = re.compile(
    r"(?:©|\(c\)|copyright|all rights reserved|\(reporting by|distributed by|source:).*\Z", re.IGNORECASE | re.DOTALL
)


def story(size: int, line: int = 4) -> str:
    """Make a story of about `size` characters, `line` sentences a paragraph."""
    paragraph = SENTENCE * line
    return "\n\n".join([paragraph.strip()] * max(1, size // len(paragraph)))


HOSTILE: dict[str, Callable[[int], str]] = {
    "prose": story,
    "one line": lambda size: SENTENCE * (size // len(SENTENCE)),
    "brackets": lambda size: "(" * size,
    "signs": lambda size: "© " * (size // 2),
    "stops": lambda size: "a. " * (size // 3),
    "sign-offs": lambda size: "kl/mo\n" * (size // 6),
}
HOSTILE_MARKUP: dict[str, Callable[[int], str]] = {
    "prose": lambda size: "<p>" + story(size).replace("\n\n", "</p>\n<p>") + "</p>\n<p>(c) 2031 Harbour Wire</p>",
    "open tags": lambda size: "<p>" * (size // 3),
    "half tags": lambda size: "<a '" * (size // 4),
    "entities": lambda size: "&amp" * (size // 4),
}


def micros(call: Callable[[], object], rounds: int) -> float:
    """Take the median time of one call."""
    times = []
    for _ in range(rounds):
        begin = time.perf_counter_ns()
        call()
        times.append(time.perf_counter_ns() - begin)
    return statistics.median(times) / 1000


def item(text: str, content_type: str = "text/plain") -> Draft:
    """Make a draft with `text` as its body."""
    body = Body(field="body_text", content_type=content_type, value=text)
    return Draft(raw=Raw(value=b""), decoded=Decoded(format="bench", body=body))


def table(title: str, makers: dict[str, Callable[[int], str]], content_type: str) -> None:
    """Print how the time grows with length."""
    stage = StripFooters(Rules())
    print(f"{title:14s}{'4 KB us':>10s}{'64 KB us':>10s}{'1 MB us':>10s}{'1 MB ns/char':>14s}")
    for name, make in makers.items():
        row = [stage_micros(stage, make(size), content_type, 15) for size in (4000, 64_000, 1_000_000)]
        print(f"{name:14s}{row[0]:10.1f}{row[1]:10.1f}{row[2]:10.1f}{row[2] / 1000:14.3f}")


def stage_micros(stage: StripFooters, text: str, content_type: str, rounds: int) -> float:
    """Take the median time of the stage on one body."""
    draft = item(text, content_type)
    return micros(lambda: stage(draft), rounds)


def naive_micros(text: str) -> float:
    """Take the median time of the one regex."""
    return micros(lambda: NAIVE.search(text), ROUNDS)


def main() -> None:
    """Print the tables."""
    stage = StripFooters(Rules())
    print(f"{'4 KB item':14s}{'stage us':>10s}{'naive us':>10s}{'ratio':>8s}")
    costs = []
    for name, footer in FOOTERS.items():
        text = story(4000) + footer
        cost, floor = stage_micros(stage, text, "text/plain", ROUNDS), naive_micros(text)
        costs.append(cost)
        print(f"{name:14s}{cost:10.1f}{floor:10.1f}{cost / floor:8.2f}")
    print(f"{'mean':14s}{statistics.mean(costs):10.1f}\n")
    table("plain text", HOSTILE, "text/plain")
    print()
    table("markup", HOSTILE_MARKUP, "text/html")


if __name__ == "__main__":
    main()

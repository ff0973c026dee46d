"""
Time to decode one item of about 4 KB in each format, to read its status and identity, and to write it as ninjs.

    python bench/bench_formats.py

The items are the documents of `tests/golden/formats`, their bodies filled up with sentences of our own. Medians of several runs, in processor time.
"""

import statistics
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import orjson

from worker.formats import decode
from worker.formats.html import plain_text, sanitise
from worker.model import Decoded, Draft, Raw
from worker.ninjs31 import to_ninjs
from worker.rules.load import Rules
from worker.stages.identity import Identify
from worker.stages.status import ReadStatus

SENTENCE = (
    "The harbour master said on Friday that the ferry would run again from Monday, six times a day, and that all are glad. "
)
SIZE = 4096
GOALS = {"ninjs": 25, "newsml_g2": 120, "nitf": 120, "newsml_1_2": 120, "feed": 120, "iptc7901": 40, "anpa1312": 40, "text": 40}
FOLDER = Path("tests/golden/formats")


def filled(name: str, mark: str, paragraph: str, encoding: str = "utf-8") -> bytes:
    """Give a golden document with paragraphs put before `mark` until it has the size."""
    text = (FOLDER / name).read_bytes().decode(encoding)
    count = max(1, (SIZE - len(text)) // len(paragraph))
    return text.replace(mark, paragraph * count + mark, 1).encode(encoding)


def items() -> dict[str, bytes]:
    """Make one item of about 4 KB for each format."""
    paragraph = SENTENCE * 2
    folded = "\r\n   " + "\r\n".join(SENTENCE[at : at + 65] for at in range(0, len(SENTENCE), 65)) + "\r\n"
    plain = {
        "uri": "urn:newsml:wire.example:20240301:a1", "version": "3", "type": "text", "versioncreated": "2024-03-01T10:15:00Z",
        "language": "en", "headline": "Harbour town gets its ferry back", "body_text": "\n\n".join([paragraph] * 17),
    }  # fmt: skip
    return {
        "ninjs": orjson.dumps(plain),
        "ninjs, all fields": filled("ninjs/full-1x.json", "The ferry runs again.<", SENTENCE),
        "newsml_g2": filled("newsml_g2/nitf-inside.xml", "<p>Lautta", f"<p>{paragraph}</p>"),
        "nitf": filled("nitf/full.xml", "<p>Faltó", f"<p>{paragraph}</p>"),
        "newsml_1_2": filled("newsml_1_2/nitf.xml", "<p>ab/cd", f"<p>{paragraph}</p>", "iso-8859-15"),
        "feed": filled("feed/atom.xml", "<p>Die", f"<p>{paragraph}</p>"),
        "iptc7901": filled("iptc7901/labels.txt", "\r\n   Alle", folded, "cp1252"),
        "anpa1312": filled("anpa1312/story.txt", "\t   ``We", f"\t   {paragraph}\n \n"),
        "text": filled("text/plain.txt", "It will", paragraph + "\n\n"),
        "html page": filled("html/page.html", "<p>It will", f"<p>{paragraph}</p>"),
    }


def median_us(run: Callable[[], object], rounds: int = 11, inner: int = 60) -> float:
    """Give the microseconds of one call: the median of `rounds` means."""
    found = []
    for _ in range(rounds):
        start = time.process_time()
        for _ in range(inner):
            run()
        found.append((time.process_time() - start) / inner * 1e6)
    return statistics.median(found)


def main() -> None:
    """Print a table."""
    identify, status = Identify(Rules()), ReadStatus(Rules())
    print(f"{'item':20}{'bytes':>7}{'decode':>9}{'goal':>6}{'status':>9}{'identity':>10}{'to ninjs':>10}   µs, medians")
    for name, value in items().items():
        raw = Raw(value=value)
        found = decode(raw)
        item = found[0] if isinstance(found, list) else None
        assert isinstance(item, Decoded), name
        draft = Draft(raw=raw, decoded=item)
        identify(draft)
        status(draft)
        draft.body, draft.headline, draft.rights = item.body, item.headline, item.rights
        draft.text = plain_text(item.body.value) if item.body else ""
        times = (
            median_us(partial(decode, raw)),
            median_us(partial(status, draft)),
            median_us(partial(identify, draft)),
            median_us(partial(to_ninjs, draft)),
        )
        goal = GOALS.get(name, "")
        print(f"{name:20}{len(value):7}{times[0]:9.1f}{goal:>6}{times[1]:9.1f}{times[2]:10.1f}{times[3]:10.1f}")
    markup = "".join(f"<p>{SENTENCE * 2}</p>" for _ in range(17))
    print(
        f"plain text of {len(markup)} characters of HTML {median_us(lambda: plain_text(markup)):.1f}, its safe copy {median_us(lambda: sanitise(markup)):.1f}"
    )


if __name__ == "__main__":
    main()

"""
Throw damaged input at everything that reads what others wrote: formats, pages, footers, datelines, rules, the memory's records.

    python -m bench.fuzz --seed 1 --count 1000000
    python -m bench.fuzz --seed 1 --minutes 15 --targets decode,html

Any input must give an outcome: a value, or the error that the reader names in its docstring, within processor time that grows with its
length and within bounded memory. What breaks that is written to `.cache/fuzz` with the seed and number that make it again
(`--seed S --first N --count 1 --targets T`). The same seed gives the same inputs.
"""

import argparse
import json
import random
import resource
import sys
import tempfile
import time
from collections import Counter as Tally
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.mutations import damaged
from worker.desk.entry import MemoryFormatError, read_desk, read_entry, write_desk
from worker.desk.prints import PrintError, decode_print
from worker.desk.routes import Routes
from worker.desk.slip import SlipError, read_prepared
from worker.formats import decode
from worker.formats.markup import plain_text, sanitise
from worker.model import Decoded, Raw
from worker.outcome import Reason, Reject
from worker.pipeline import Pipeline
from worker.rules.load import RuleError, Rules
from worker.stages.dateline import ReadDateline
from worker.stages.status import ReadStatus
from worker.wiring import Counter, Intake

__all__ = ["TARGETS", "Finding", "run"]

ROOT = Path(__file__).parents[1]
GOLDEN = ROOT / "tests" / "golden" / "formats"
FOUND = ROOT / ".cache" / "fuzz"
BASE, EACH = 3.0, 6e-6  # seconds of processor time an input may take, and a byte of it
HUGE = 4000  # one input in so many is huge
MEMORY = 3 << 30  # bytes of address space
KINDS = (None, None, None, "text/plain", "application/xml", "text/html; charset=shift_jis", "application/json", "text/x-anpa")
DATELINES = [
    "BUENOS AIRES, Argentina (AP) — For patients", "Veracruz (México), 5 mar (EFE).- Un barco", "(ANSA) - ROMA, 11 LUG - Il", "MOSCOW, January 21. /TASS/. The",
    "新华社北京8月17日电 今天", "NEEDHAM, Mass., Sept. 19, 2025 /PRNewswire/ -- Acme", "Krems (APA) - Die Fähre", "By Ann Lee\nLIMA, Jan 21 (Reuters) - The", "【東京=共同】 きょう",
]  # fmt: skip
RULES = [
    '[[signal]]\nid = "a"\nsignal = "kill"\nwhere = ["headline"]\npattern = "KILL"\n',
    '[[bureau]]\nprovider = "a"\nnames = ["B"]\n', '[[route]]\nname = "x"\nregions = ["DE"]\n', '[provider.a]\nnames = ["A"]\nversion = "x"\n',
    '[[rule]]\nid = "x"\nkind = "copyright"\npattern = "(?i)all rights reserved"\nexamples = ["All rights reserved"]\n', 'a = [1, {b = "c"}]\n[d.e]\nf = 1979-05-27T07:32:00Z\n',
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """An input that broke the rule: what it was for, how to make it again, and what it did."""

    target: str
    seed: int
    number: int
    problem: str


@dataclass(frozen=True, slots=True)
class Target:
    """A reader: good inputs, and what reads one; it raises what must not happen."""

    seeds: tuple[bytes, ...]
    read: Callable[[bytes, random.Random], None]
    share: int  # of a hundred inputs


class BadOutcomeError(Exception):
    """A reader gave what it must never give."""


def _decode(value: bytes, dice: random.Random) -> None:
    found = decode(Raw(value=value, content_type=dice.choice(KINDS)))
    for item in [found] if isinstance(found, Reject) else found:
        if not isinstance(item, Decoded | Reject) or (isinstance(item, Reject) and len(item.detail) > 300):
            raise BadOutcomeError("neither an item nor a short refusal")


def _markup(value: bytes, _: random.Random) -> None:
    text = value.decode("utf-8", "replace")
    plain_text(text)
    if "<script" in sanitise(text).lower():
        raise BadOutcomeError("a script in a safe copy")


def _whole(pipeline: Pipeline) -> Callable[[bytes, random.Random], None]:
    def read(value: bytes, _: random.Random) -> None:
        for item in pipeline.prepare(Raw(value=value)):
            if isinstance(item, Reject):
                if item.reason is Reason.STAGE_FAILED:
                    raise BadOutcomeError(item.detail)
            elif item.text and item.body is None:
                raise BadOutcomeError("a text without a body")

    return read


def _dateline(value: bytes, _: random.Random) -> None:
    stage, text = _DATELINE[0], value.decode("utf-8", "replace")
    found = stage.read(text, "APA")
    if found is not None and not 0 <= found.end <= len(text):
        raise BadOutcomeError("a dateline that ends outside the text")


_DATELINE: list[ReadDateline] = []


def _rules(value: bytes, dice: random.Random) -> None:
    with tempfile.TemporaryDirectory() as folder:
        kind = dice.choice(("signals", "regions", "routes", "providers", "footers/own", "topics", "distributors"))
        path = Path(folder) / f"{kind}.toml"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(value)
        rules = Rules(Path(folder))
        try:
            if kind == "signals":
                ReadStatus(rules)
            elif kind == "routes":
                Routes.from_rules(rules)
            else:
                rules.files(kind.partition("/")[0])
        except RuleError:
            return


def _memory(value: bytes, _: random.Random) -> None:
    for read in (read_entry, read_desk, read_prepared, decode_print):
        try:
            read(value)
        except (MemoryFormatError, SlipError, PrintError):
            continue


def targets() -> dict[str, Target]:
    """Make all readers and their good inputs."""
    documents = tuple(path.read_bytes() for path in sorted(GOLDEN.glob("*/*")) if path.suffix != ".expected")
    pages = tuple(value for value in documents if b"<" in value)
    rules = Rules()
    _DATELINE[:] = [ReadDateline(rules)]
    return {
        "decode": Target(documents, _decode, 52),
        "html": Target(pages, _markup, 12),
        "pipeline": Target(documents, _whole(Pipeline.from_rules(rules)), 10),
        "dateline": Target(tuple(line.encode() for line in DATELINES), _dateline, 10),
        "memory": Target(tuple(_remembered(documents, rules)), _memory, 15),
        "rules": Target(tuple(rule.encode() for rule in RULES), _rules, 1),
    }


TARGETS = ("decode", "html", "pipeline", "dateline", "memory", "rules")


def _remembered(documents: tuple[bytes, ...], rules: Rules) -> Iterator[bytes]:
    """Give prepared values and memory records of all documents."""
    intake, counter = Intake(rules), Counter(rules)
    for sequence, value in enumerate(documents):
        for item in intake.prepare(Raw(value=value)):
            if not isinstance(item, Reject):
                counter.serve(item.value, sequence)
                yield item.value
        yield from (record for _, record in counter.memory.changes() if record is not None)
        counter.memory.commit()
    yield write_desk(5, [1, 2, 3], 2)


def run(
    names: tuple[str, ...], seed: int, first: int, count: int, *, until: float | None = None, huge: int = HUGE
) -> tuple[Tally[str], list[Finding]]:
    """
    Read inputs `first` to `first + count` of a seed, or as many as there is time for.

    Returns:
        How many inputs each reader was given, and what broke.
    """
    readers = targets()
    chosen = [name for name in names for _ in range(readers[name].share)]
    given: Tally[str] = Tally()
    findings: list[Finding] = []
    for number in range(first, first + count):
        if until is not None and not number % 64 and time.monotonic() > until:
            break
        dice = random.Random(f"{seed}:{number}")
        name = dice.choice(chosen)
        value = damaged(readers[name].seeds, dice, 0 if name == "rules" else huge)
        given[name] += 1
        problem = _try(readers[name].read, value, dice)
        if problem:
            findings.append(Finding(name, seed, number, problem))
            FOUND.mkdir(parents=True, exist_ok=True)
            (FOUND / f"{name}-{seed}-{number}").write_bytes(value)
            print(f"{name} --seed {seed} --first {number}: {len(value)} bytes: {problem}", file=sys.stderr, flush=True)
    return given, findings


def _try(read: Callable[[bytes, random.Random], None], value: bytes, dice: random.Random) -> str:
    start = time.process_time()
    try:
        read(value, dice)
    except Exception as error:  # noqa: BLE001 - what is looked for
        return f"{type(error).__name__}: {str(error)[:100]}"
    took = time.process_time() - start
    return f"took {took:.1f} s" if took > BASE + EACH * len(value) else ""


def main() -> int:
    """Run and print what was done; 1 if anything broke."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="number of the first input")
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--minutes", type=float, help="stop after so long")
    parser.add_argument("--huge", type=int, default=HUGE, help="one input in so many is huge; 0 for none")
    parser.add_argument("--targets", default=",".join(TARGETS))
    args = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    until = time.monotonic() + 60 * args.minutes if args.minutes else None
    given, findings = run(tuple(args.targets.split(",")), args.seed, args.first, args.count, until=until, huge=args.huge)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        json.dumps(
            {
                "inputs": given.total(),
                **given,
                "findings": len(findings),
                "seed": args.seed,
                "peak_mib": peak,
                "seconds": round(time.process_time()),
            }
        )
    )
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())

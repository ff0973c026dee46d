"""Run the faults and print what became of each. The exit code is 1 if anything was lost, doubled, misjudged or left."""

import argparse
import asyncio
import logging
import os
import sys
import tempfile
import time
from pathlib import Path

from bench.faults.scenes import SCENES, Found


def show(name: str, found: Found, seconds: float) -> str:
    """Write what became of a fault."""
    ended = ", ".join(f"{count} x {code}" for code, count in sorted(found.ended.items())) or "none"
    done = f"done {found.seconds:.0f} s after it, {seconds:.0f} s in all"
    lines = [
        f"== {name}: {'WRONG' if found.problems else 'all right'}, {found.items} items, {done}",
        f"   workers that ended and were started again, by exit code: {ended}",
    ]
    lines += [f"   {fact}" for fact in found.facts]
    lines += [f"   said: {words}" for words in found.said]
    lines += [f"   WRONG: {problem}" for problem in found.problems]
    return "\n".join(lines)


async def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.faults", description="Faults beyond the chaos run, judged by the oracle."
    )
    parser.add_argument("--only", nargs="+", choices=SCENES, default=list(SCENES))
    parser.add_argument("--keep", type=Path, help="a folder to keep logs and the brokers' data in")
    options = parser.parse_args()
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # the feeding client waits for the broker too, and says so
    wrong = 0
    with tempfile.TemporaryDirectory(prefix="faults-") as scratch:
        for name in options.only:
            if name == "full disk" and os.geteuid() != 0:
                print(f"== {name}: left out; only root may make the small disk that it needs")
                continue
            folder = (options.keep or Path(scratch)) / name.replace(" ", "-")
            folder.mkdir(parents=True, exist_ok=True)
            started = time.monotonic()
            found = await SCENES[name](folder)
            print(show(name, found, time.monotonic() - started), flush=True)
            wrong += bool(found.problems)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))

"""
Test the test: break what a guarantee rests on, and see the chaos run fail.

Each mutant (worker.testing.hurt) is built into all workers of a short chaos run. The exit code is 0 if each run found something wrong.
"""

import argparse
import subprocess
import sys
import time

from worker.testing.hurt import MUTANTS


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="See the chaos run catch each mutant.")
    parser.add_argument("--kills", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("mutants", nargs="*", default=list(MUTANTS), metavar="MUTANT", help=", ".join(MUTANTS))
    options = parser.parse_args()
    missed = 0
    for mutant in options.mutants:
        started = time.monotonic()
        command = [sys.executable, "-m", "bench.chaos", f"--kills={options.kills}", "--settle=120"]
        done = subprocess.run(
            [*command, f"--seed={options.seed}", f"--mutant={mutant}"], capture_output=True, text=True, check=False
        )
        found = [line for line in done.stdout.splitlines() if line.startswith("WRONG")]
        caught = done.returncode == 1 and bool(found)
        missed += not caught
        first = found[0] if found else f"exit code {done.returncode}: {done.stderr[-300:]}"
        print(
            f"{mutant:<18} {'caught' if caught else 'MISSED'}  {time.monotonic() - started:>4.0f} s  {first[:160]}", flush=True
        )
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())

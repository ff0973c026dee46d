"""Make the peers' environment if it is not there, and run the comparison in it. Any Python 3.11 or newer will do to start this."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
FOLDER: Final = ROOT / ".venv-peers"
PINS: Final = ROOT / "requirements" / "peers.txt"


def environment() -> Path:
    """Install the pinned packages, each checked against its hash, and return the environment's Python."""
    python, stamp = FOLDER / "bin" / "python", FOLDER / "installed"
    digest = hashlib.sha256(PINS.read_bytes()).hexdigest()
    if not stamp.is_file() or stamp.read_text(encoding="utf-8") != digest:
        print(f"installing the peers into {FOLDER.name}, each package checked against its hash", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", str(FOLDER)], check=True)
        pip = [
            str(python),
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--require-hashes",
            "-r",
            str(PINS),
        ]
        subprocess.run(pip, check=True)
        stamp.write_text(digest, encoding="utf-8")
    return python


def main() -> None:
    """Become `bench.peers.run` in the peers' environment."""
    python = environment()
    os.chdir(ROOT)
    os.execv(python, [str(python), "-m", "bench.peers.run", *sys.argv[1:]])  # noqa: S606 - our own program


if __name__ == "__main__":
    main()

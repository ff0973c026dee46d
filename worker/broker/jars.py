"""
Fetch the jars of Apache Kafka once, check them, and keep them.

What is fetched stands in `jars.lock`, each with its sha256; nothing else is ever put on the class path. The sums are checked at
each start: it takes 0.1 s and finds a damaged cache.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from worker.broker.errors import BrokerError

__all__ = ["Jar", "cache_folder", "fetch", "locked"]

LOCK = Path(__file__).with_name("jars.lock")
TRIES = 3  # a fetch that breaks off is common on a slow line
SIDE_BY_SIDE = 4  # most of the 47 jars are small: waiting for answers, not the line, is what takes the time

Progress = Callable[[int, int], None]
"""Called with the bytes that are there and the bytes of all jars."""


@dataclass(frozen=True, slots=True)
class Jar:
    """One line of the lock."""

    group: str
    artifact: str
    version: str
    size: int
    sha256: str

    @property
    def coordinates(self) -> str:
        """Name it as Maven does."""
        return f"{self.group}:{self.artifact}:{self.version}"

    @property
    def file_name(self) -> str:
        """Name its file in the cache."""
        return f"{self.artifact}-{self.version}.jar"

    def is_in(self, path: Path) -> bool:
        """Say whether the file is there and is what the lock says, byte for byte."""
        if not path.is_file() or path.stat().st_size != self.size:
            return False
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == self.sha256


def cache_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Find the folder that keeps downloads: `COPYDESK_CACHE`, else `copydesk` in the user's cache folder."""
    if named := environment.get("COPYDESK_CACHE"):
        return Path(named).expanduser()
    return Path(environment.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "copydesk"


def locked(lock: Path = LOCK) -> tuple[Jar, ...]:
    """Read the lock."""
    jars = []
    for line in lock.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            coordinates, size, sha256 = line.split()
            group, artifact, version = coordinates.split(":")
            jars.append(Jar(group, artifact, version, int(size), sha256))
    return tuple(jars)


def fetch(folder: Path, jars: Sequence[Jar], *, progress: Progress = lambda _done, _total: None) -> tuple[Path, ...]:
    """
    Return the jars' paths in `folder`, downloading those that are not there or not right.

    Any number of processes may do this at once: a jar appears under its name only when it is whole and checked.

    Raises:
        BrokerError: a jar can't be fetched, or is not what the lock says.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = tuple(folder / jar.file_name for jar in jars)
    missing = [jar for jar, path in zip(jars, paths, strict=True) if not jar.is_in(path)]
    if missing:
        total = sum(jar.size for jar in jars)
        done = total - sum(jar.size for jar in missing)
        progress(done, total)
        with tempfile.TemporaryDirectory(dir=folder, prefix="download-") as scratch, ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
            tasks = [pool.submit(_fetch_one, jar, Path(scratch) / str(index), folder) for index, jar in enumerate(missing)]
            try:
                for jar, task in zip(missing, tasks, strict=True):
                    task.result()
                    done += jar.size
                    progress(done, total)
            finally:
                pool.shutdown(cancel_futures=True)
    return paths


def _fetch_one(jar: Jar, scratch: Path, folder: Path) -> None:
    """Download one jar into `scratch`, check it, and move it into `folder`."""
    found = _download(jar, scratch, folder)
    if not jar.is_in(found):
        raise BrokerError(
            f"{jar.coordinates} as downloaded is not the file that worker/broker/jars.lock names (sha256 {jar.sha256}); "
            "nothing of it was kept. Try again, and if it stays so, ask who stands between you and the Maven repository."
        )
    os.replace(found, folder / jar.file_name)  # noqa: PTH105 - atomic, on one file system


def _download(jar: Jar, scratch: Path, folder: Path) -> Path:
    try:
        from jgo.maven import MavenContext  # noqa: PLC0415 - only the development extra has it, only a download needs it
    except ImportError:
        raise BrokerError("copydesk broker needs the packages of the dev extra: pip install 'copydesk[dev]'") from None
    problem: Exception | None = None
    for _ in range(TRIES):
        # jgo writes in place and refuses to write over what a broken download left: start clean.
        shutil.rmtree(scratch, ignore_errors=True)
        try:
            found: Path = (
                MavenContext(repo_cache=scratch).project(jar.group, jar.artifact).at_version(jar.version).artifact().resolve()
            )
        except (OSError, RuntimeError, ValueError, AssertionError) as error:  # requests' errors are OSErrors
            problem = error
        else:
            return found
    raise BrokerError(
        f"Apache Kafka must be downloaded once, and {jar.coordinates} could not be had from the Maven repository "
        f"({type(problem).__name__}: {problem}). Give this machine the network once, or copy the jars from a machine that has "
        f"them into {folder}."
    ) from problem

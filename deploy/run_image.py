# ruff: noqa: INP001, S101, S603, S607, T201 - a check that starts programs of this system
"""
Run the built image's files as a container would, against Kafka on this machine.

They get a root of their own, read-only, the image's user, environment and entrypoint. Called by deploy/image.sh with the mounted root
and the image's description. It creates the topics, starts desk and intake, sends items, waits until each has its outcome, asks for
all pages, runs the example of a reader, and stops the workers with the image's signal. Exit code 1 if anything is not as it should be.
"""

import asyncio
import json
import logging
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any, Final

from aiokafka import AIOKafkaProducer

from worker.broker import DevBroker
from worker.testing.stories import Wire

ITEMS: Final = 300
PORTS: Final = {"desk": 19464, "intake": 19465}
SECONDS: Final = 180.0
# A mount namespace of its own: the root read-only, as `docker run --read-only --tmpfs /tmp` makes it.
ENTER: Final = """
mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && mount -t tmpfs tmpfs "$0/tmp" && mount -t proc proc "$0/proc" &&
mount --rbind /dev "$0/dev" && exec chroot --userspec="$1" "$0" env -i -C "$2" "${@:3}"
"""


class Image:
    """The built image: its root, and what it says of itself."""

    def __init__(self, root: str, described: Path) -> None:
        """Read the description."""
        self.root = root
        self.config: dict[str, Any] = json.loads(described.read_text(encoding="utf-8"))["Docker"]["config"]

    def start(self, *command: str, **environment: str) -> subprocess.Popen[bytes]:
        """Start the entrypoint with a command."""
        variables = [*self.config["Env"], *(f"{name}={value}" for name, value in environment.items())]
        where = self.config["WorkingDir"]
        words = [self.root, self.config["User"], where, *variables, *self.config["Entrypoint"], *command]
        return subprocess.Popen(["unshare", "--mount", "bash", "-c", ENTER, *words])


def ask(port: int, path: str) -> str:
    """Ask a worker for a page; an empty text if it does not answer, or says no."""
    try:
        request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Accept": "text/html"})
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310 - this machine's own worker
            return str(answer.read().decode())
    except OSError:
        return ""


def total(page: str, series: str) -> float:
    """Add up a series of a page of metrics."""
    return sum(float(value) for value in re.findall(rf"^{series}(?:\{{.*\}})? (\S+)$", page, re.MULTILINE))


async def send(bootstrap: str) -> None:
    """Send the items to the raw topic."""
    async with AIOKafkaProducer(bootstrap_servers=bootstrap) as producer:
        for value in Wire(seed=7).mixture(ITEMS):
            await producer.send("wire.raw", value)


def check(image: Image, bootstrap: str) -> None:
    """Run the whole of it. Raises AssertionError with what is wrong."""
    config = image.config
    assert config["User"] not in {"", "0", "root"}, "the image runs as root"
    assert config["Healthcheck"]["Test"][-1].count("/live"), "the image has no health check"
    assert config["StopSignal"] == "SIGTERM"
    assert not Path(image.root, "opt/copydesk/bin/pip").exists(), "the image holds build tools"
    listed = json.loads(Path(image.root, "opt/copydesk/sbom.json").read_text(encoding="utf-8"))["components"]
    assert {"copydesk", "faust-streaming", "aiokafka"} <= {one["name"] for one in listed}, "the list of packages is not whole"
    assert image.start("topics", "create", COPYDESK_BROKER=bootstrap).wait(SECONDS) == 0, "the topics can't be created"
    workers = {
        role: image.start("worker", "--role", role, COPYDESK_BROKER=bootstrap, COPYDESK_WEB_PORT=str(port))
        for role, port in PORTS.items()
    }
    try:
        asyncio.run(send(bootstrap))
        _wait_for_outcomes(workers)
        for role, port in PORTS.items():
            assert ask(port, "/live"), f"{role} is not live"
            assert ask(port, "/ready"), f"{role} is not ready"
            assert f"Copydesk · {role}" in ask(port, "/"), f"{role} shows no status page"
            used = total(ask(port, "/metrics"), "process_resident_memory_bytes")
            print(f"{role}: {used / (1 << 20):.0f} MiB after {ITEMS} messages")
        read = subprocess.run(
            [sys.executable, "schemas/read_enriched.py", bootstrap, ":memory:", "wire.", "100"],
            check=False, capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        assert read.returncode == 0, f"the example of a reader fails: {read.stderr[-500:]}"
        assert len(read.stdout.splitlines()) == 100, "the example of a reader does not read what is published"
        probe = subprocess.run(
            ["unshare", "--mount", "bash", "-c", ENTER, image.root, config["User"], "/", *config["Env"],
             f"COPYDESK_WEB_PORT={PORTS['desk']}", *config["Healthcheck"]["Test"][1:]],
            check=False,
        )  # fmt: skip
        assert probe.returncode == 0, "the health check fails on a worker that is live"
    finally:
        started = time.monotonic()
        for process in workers.values():
            process.send_signal(signal.SIGTERM)
        codes = {role: process.wait(30) for role, process in workers.items()}
    took = time.monotonic() - started
    print(f"stopped in {took:.1f} s with {codes}")
    assert set(codes.values()) == {0}, f"SIGTERM ends with {codes}"


def _wait_for_outcomes(workers: dict[str, subprocess.Popen[bytes]]) -> None:
    deadline = time.monotonic() + SECONDS
    while True:
        intake, desk = (ask(PORTS[role], "/metrics") for role in ("intake", "desk"))
        # A message may hold several items, so the desk's lag says when all is done.
        read = total(intake, "copydesk_records_total")
        decided = total(desk, "copydesk_items_total")
        prepared = total(desk, "copydesk_records_total")
        if read == ITEMS and prepared and decided + total(intake, "copydesk_dead_letters_total") >= ITEMS:
            print(f"{read:.0f} records read, {decided:.0f} items decided")
            return
        assert all(process.poll() is None for process in workers.values()), "a worker has ended"
        assert time.monotonic() < deadline, (
            f"after {SECONDS:.0f} s {read:.0f} of {ITEMS} records are read, {decided:.0f} decided"
        )
        time.sleep(0.5)


def main() -> int:
    """Check the image that is named on the command line."""
    root, described = sys.argv[1:]
    logging.getLogger("aiokafka").setLevel(logging.ERROR)  # a topic that was just made refuses for some seconds
    if os.geteuid() != 0:
        print("run_image.py: only root can give the image a root of its own", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder, DevBroker(Path(folder) / "kafka") as broker:
        try:
            check(Image(root, Path(described)), broker.bootstrap)
        except AssertionError as error:
            print(f"the image: {error}", file=sys.stderr)
            return 1
    print("the image runs, read-only and as nobody")
    return 0


if __name__ == "__main__":
    sys.exit(main())

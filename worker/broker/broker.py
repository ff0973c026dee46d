"""Start, stop and hurt a single Apache Kafka node on this machine."""

import base64
import os
import signal
import socket
import subprocess
import time
import uuid
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from worker.broker.errors import BrokerError
from worker.broker.java import java_command, prepared
from worker.broker.process import die_with_parent
from worker.broker.progress import Preparation
from worker.broker.properties import Security, server_properties

__all__ = ["DevBroker"]

HOST = "127.0.0.1"
START_SECONDS = 60.0  # 2.5 s alone on two cores; a busy machine may need many times that
STOP_SECONDS = 20.0  # a clean stop takes under 1 s
TRAINING_SECONDS = 120.0  # writing the start-up cache at the end of a run takes 7 s of both cores
PORT_TRIES = 3  # a free port may be taken between looking and binding
READY = "Kafka Server started"  # KafkaRaftServer's own word; connecting alone works before the node takes requests


class DevBroker:
    """
    One Kafka node: a context manager that starts it and, at the end, stops it.

    `bootstrap` is the address for clients, under `security` if that is given; `internal` is always there, without security,
    for tests that set things up. The same object can be stopped or killed and started again: data and ports stay.
    """

    def __init__(
        self,
        data: Path,
        *,
        port: int | None = None,
        security: Security | None = None,
        preparation: Preparation | None = None,
        properties: Mapping[str, str] | None = None,
        advertise: int | None = None,
    ) -> None:
        """
        Keep everything in `data`; take a free port if none is named. Nothing is started or downloaded yet.

        `properties` are Kafka's own, before ours. `advertise` is the port that clients are told to come to, if that is another's.
        """
        self.data = data.resolve()
        self.security = security
        self.log_file = self.data / "broker.log"
        self._properties = properties or {}
        self._advertise = advertise
        self._preparation = preparation or Preparation()
        self._named_port = port
        self._ports: tuple[int, int, int] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._log_start = 0
        self._training: Path | None = None

    @property
    def bootstrap(self) -> str:
        """Give the address for clients."""
        return f"{HOST}:{self._known_ports[0]}"

    @property
    def internal(self) -> str:
        """Give the address that has no security."""
        return f"{HOST}:{self._known_ports[1]}"

    @property
    def pid(self) -> int | None:
        """Give the process id while the node runs."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    def fetch(self) -> None:
        """Download and prepare what is missing: the jars, and a cache that halves the start. Raises `BrokerError` if it can't."""
        java_command(self._preparation.downloaded)
        prepared(self._train)

    def start(self) -> Self:
        """
        Start the node and return once it takes requests.

        Raises:
            BrokerError: the jars can't be had, the port is taken, or the node ends or does not come up in time.
        """
        if self.pid is not None:
            return self
        for remaining in range(PORT_TRIES - 1, -1, -1):
            fixed = self._ports is not None
            if self._ports is None:
                self._ports = (self._named_port or _free_port(), _free_port(), _free_port())
            if _is_taken(self._ports[0]):
                if fixed or self._named_port is not None or not remaining:
                    raise BrokerError(
                        f"port {self._ports[0]} on {HOST} is in use: stop what listens there or name another --port"
                    )
                self._ports = None
                continue
            try:
                self._launch()
                self._wait_until_ready()
            except _PortLostError:
                if fixed or not remaining:
                    raise
                self._ports = None
            else:
                break
        return self

    def stop(self, seconds: float = STOP_SECONDS) -> None:
        """Stop the node cleanly; one that has not ended after so many seconds is killed."""
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGCONT)  # a paused process can't end
            self._process.terminate()
            try:
                self._process.wait(seconds)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._process = None

    def kill(self) -> None:
        """End the node at once, as a power cut would (what the operating system holds is not lost)."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def pause(self) -> None:
        """Freeze the node and return once it is frozen: connections stay open and nothing answers."""
        self._running.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, self._running.pid, os.WSTOPPED)

    def resume(self) -> None:
        """Let a frozen node go on."""
        self._running.send_signal(signal.SIGCONT)

    def wait(self) -> int:
        """Wait until the node ends and return its exit code."""
        return self._running.wait()

    def tool(self, main_class: str, *arguments: str, timeout: float = 60.0) -> str:
        """
        Run one of Kafka's command line tools, such as `org.apache.kafka.tools.TopicCommand`, and return what it prints.

        Raises:
            BrokerError: the tool ends with an error; the message holds what it said.
        """
        done = subprocess.run(  # noqa: S603 - our own Java, our own jars
            [*java_command(self._preparation.downloaded), main_class, *arguments],
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        if done.returncode:
            raise BrokerError(f"{main_class} ended with {done.returncode}: {(done.stdout + done.stderr).strip()}")
        return done.stdout

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    @property
    def _known_ports(self) -> tuple[int, int, int]:
        if self._ports is None:
            raise BrokerError("the broker has no address before it is started")
        return self._ports

    @property
    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise BrokerError("the broker does not run")
        return self._process

    def _train(self, scratch: Path) -> None:
        """Start and stop a node of its own in `scratch`, for Java's start-up cache."""
        self._preparation.training()
        node = DevBroker(scratch / "data", preparation=self._preparation)
        node._training = scratch / "start.aot"
        try:
            node.start()
        finally:
            node.stop(TRAINING_SECONDS)

    def _launch(self) -> None:
        if self._training is None:
            self.fetch()
        java = java_command(self._preparation.downloaded, training=self._training)
        self.data.mkdir(parents=True, exist_ok=True)
        port, internal, controller = self._known_ports
        config = self.data / "server.properties"
        config.touch(mode=0o600)  # it may hold passwords
        config.write_text(
            server_properties(
                data=self.data,
                port=port,
                internal=internal,
                controller=controller,
                security=self.security,
                advertise=self._advertise or port,
                more=self._properties,
            ),
            encoding="utf-8",
        )
        if not (self.data / "log" / "meta.properties").exists():
            self._format(java_command(self._preparation.downloaded), config)
        with self.log_file.open("ab") as log:
            self._log_start = log.tell()
            self._process = subprocess.Popen(  # noqa: S603 - our own Java, our own jars
                [*java, "kafka.Kafka", str(config)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                process_group=0,  # Ctrl-C reaches us alone: we decide when the node ends
                preexec_fn=die_with_parent,  # noqa: PLW1509 - one system call, no lock is taken
            )

    def _format(self, java: list[str], config: Path) -> None:
        """Write the storage's identity, and the users that log in with SCRAM: they are records of the cluster, not settings."""
        cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        scram = [
            argument
            for name, password in (self.security.users if self.security else {}).items()
            for kind in ("SCRAM-SHA-256", "SCRAM-SHA-512")
            for argument in ("--add-scram", f"{kind}=[name={name},password={password}]")
        ]
        done = subprocess.run(  # noqa: S603 - our own Java, our own jars
            [*java, "kafka.tools.StorageTool", "format", f"--cluster-id={cluster}", "-c", str(config), *scram],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise BrokerError(f"{self.data} can't be made a Kafka storage: {(done.stdout + done.stderr).strip()}")

    def _wait_until_ready(self) -> None:
        process = self._running
        deadline = time.monotonic() + START_SECONDS
        with self.log_file.open("rb") as log:
            log.seek(self._log_start)
            seen = b""
            while time.monotonic() < deadline:
                seen += log.read()
                if READY.encode() in seen:
                    return
                if process.poll() is not None:
                    self._process = None
                    text = seen.decode(errors="replace")
                    if "Address already in use" in text or "already in use" in text:
                        raise _PortLostError(f"a port of the broker was taken while it started; its log is {self.log_file}")
                    raise BrokerError(
                        f"Kafka ended with {process.returncode} while starting: {_why(text)}; its log is {self.log_file}"
                    )
                time.sleep(0.02)
        self.kill()
        raise BrokerError(f"Kafka was not ready within {START_SECONDS:.0f} s; its log is {self.log_file}")


class _PortLostError(BrokerError):
    """Somebody took one of our ports between looking and binding."""


def _why(log: str) -> str:
    lines = [line for line in log.splitlines() if "ERROR" in line or "Exception" in line]
    return lines[0].strip() if lines else "it left no error"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _is_taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as Kafka does: lingering connections are no matter
        try:
            probe.bind((HOST, port))
        except OSError:
            return True
    return False

"""The worker's web server, asked over a socket of this machine."""

import json
from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession
from prometheus_client import CollectorRegistry, Counter

from worker.health import Verdict
from worker.web import Decided, Source, Status, WebServer
from worker.web.server import WebError


class Worker:
    """What the server asks; tests change it."""

    def __init__(self) -> None:
        """Be well."""
        self.live = Verdict(True, "at work")
        self.ready = Verdict(True, "all loaded")
        self.last: tuple[Decided, ...] = ()

    def status(self) -> Status:
        return Status(
            role="desk",
            live=self.live,
            ready=self.ready,
            sources=[Source("wire.prepared/0", 12, loaded=True), Source("wire.prepared/1", 0, loaded=False)],
            rates={"kept": 4.25},
            last=self.last,
            letters={"undecodable": 3},
            sizes={"memory used": "120 MiB"},
            versions={"code": "0.1.0", "rules": "0123abcd"},
        )


def decided() -> Decided:
    """Make a decision as the desk tells of it."""
    return Decided(
        at=1_790_000_000.0, relation="duplicate", outcome="duplicate", provider="alpha", headline="Harbour closed",
        of="urn:a:1", method="near", similarity=912,
    )  # fmt: skip


@pytest.fixture
def worker() -> Worker:
    """Make a worker that is well."""
    return Worker()


@pytest.fixture
async def server(worker: Worker) -> AsyncIterator[WebServer]:
    """Serve it on a free port."""
    registry = CollectorRegistry()
    Counter("copydesk_test_total", "A test.", registry=registry).inc(3)
    made = WebServer(registry, live=lambda: worker.live, ready=lambda: worker.ready, status=worker.status)
    await made.start("127.0.0.1", 0)
    yield made
    await made.stop()


async def get(server: WebServer, path: str, accept: str = "*/*") -> tuple[int, str, str]:
    """Ask for a page: status, content type and text."""
    async with (
        ClientSession() as session,
        session.get(f"http://127.0.0.1:{server.port}{path}", headers={"Accept": accept}) as answer,
    ):
        return answer.status, answer.content_type, await answer.text()


async def test_metrics_are_what_the_registry_has(server: WebServer) -> None:
    """Prometheus gets the text format by default and OpenMetrics if it asks for it."""
    status, kind, text = await get(server, "/metrics")
    assert (status, kind) == (200, "text/plain")
    assert "copydesk_test_total 3.0" in text

    _, kind, text = await get(server, "/metrics", "application/openmetrics-text; version=1.0.0")
    assert kind == "application/openmetrics-text"
    assert text.endswith("# EOF\n")


@pytest.mark.parametrize("path", ["/live", "/ready"])
async def test_a_verdict_is_a_status_with_its_reason(server: WebServer, worker: Worker, path: str) -> None:
    """Yes is 200 and no is 503, each with the reason in words."""
    setattr(worker, path[1:], Verdict(False, "loading"))
    status, _, text = await get(server, path)
    assert (status, json.loads(text)) == (503, {"ok": False, "reason": "loading"})

    setattr(worker, path[1:], Verdict(True, "well"))
    status, _, text = await get(server, path)
    assert (status, json.loads(text)) == (200, {"ok": True, "reason": "well"})


async def test_live_and_ready_are_judged_apart(server: WebServer, worker: Worker) -> None:
    """A worker that is not ready stays alive."""
    worker.ready = Verdict(False, "loading")

    assert (await get(server, "/live"))[0] == 200
    assert (await get(server, "/ready"))[0] == 503


async def test_a_program_gets_the_figures(server: WebServer) -> None:
    """What does not ask for HTML gets JSON, with nothing in it that is an item's."""
    _, kind, text = await get(server, "/")

    assert kind == "application/json"
    assert json.loads(text) == {
        "ok": True,
        "role": "desk",
        "live": "at work",
        "ready": "all loaded",
        "waiting": {"wire.prepared/0": 12, "wire.prepared/1": 0},
        "a_second": {"kept": 4.25},
        "dead_letters": {"undecodable": 3},
        "replays": {},
        "code": "0.1.0",
        "rules": "0123abcd",
    }


async def test_a_browser_gets_the_page(server: WebServer, worker: Worker) -> None:
    """What asks for HTML gets the page, with a policy that lets it load and run nothing."""
    worker.last = (decided(),)
    async with (
        ClientSession() as session,
        session.get(f"http://127.0.0.1:{server.port}/", headers={"Accept": "text/html,*/*"}) as answer,
    ):
        page = await answer.text()

    assert answer.content_type == "text/html"
    assert "Harbour closed" in page
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert "script-src" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
async def test_nothing_can_be_changed(server: WebServer, method: str) -> None:
    """The page is read only: no other method is answered."""
    async with ClientSession() as session, session.request(method, f"http://127.0.0.1:{server.port}/") as answer:
        assert answer.status == 405


async def test_a_port_that_is_taken_is_named(server: WebServer) -> None:
    """The error says where and which setting to change."""
    worker = Worker()
    second = WebServer(CollectorRegistry(), live=lambda: worker.live, ready=lambda: worker.ready, status=worker.status)

    with pytest.raises(WebError, match=rf"127\.0\.0\.1:{server.port} .*COPYDESK_WEB_PORT"):
        await second.start("127.0.0.1", server.port)

"""The worker's web server, asked over a socket of this machine."""

import json
from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession
from prometheus_client import CollectorRegistry, Counter

from worker.health import Verdict
from worker.web import WebServer
from worker.web.server import WebError


class Worker:
    """What the server asks; tests change it."""

    def __init__(self) -> None:
        """Be well."""
        self.live = Verdict(True, "at work")
        self.ready = Verdict(True, "all loaded")
        self.facts = {"role": "desk"}


@pytest.fixture
def worker() -> Worker:
    """Make a worker that is well."""
    return Worker()


@pytest.fixture
async def server(worker: Worker) -> AsyncIterator[WebServer]:
    """Serve it on a free port."""
    registry = CollectorRegistry()
    Counter("copydesk_test_total", "A test.", registry=registry).inc(3)
    made = WebServer(registry, live=lambda: worker.live, ready=lambda: worker.ready, facts=lambda: worker.facts)
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


async def test_the_index_leads_a_person_on(server: WebServer, worker: Worker) -> None:
    """A browser gets a page with the facts and links, a program gets the same as JSON; text from outside is escaped."""
    worker.facts = {"role": "<b>desk</b>"}

    _, kind, page = await get(server, "/", "text/html")
    assert kind == "text/html"
    assert "&lt;b&gt;desk&lt;/b&gt;" in page
    assert 'href="/metrics"' in page

    _, kind, text = await get(server, "/")
    assert kind == "application/json"
    assert json.loads(text)["role"] == "<b>desk</b>"


async def test_a_port_that_is_taken_is_named(server: WebServer) -> None:
    """The error says where and which setting to change."""
    second = WebServer(CollectorRegistry(), live=lambda: Verdict(True, ""), ready=lambda: Verdict(True, ""))

    with pytest.raises(WebError, match=rf"127\.0\.0\.1:{server.port} .*COPYDESK_WEB_PORT"):
        await second.start("127.0.0.1", server.port)

"""
A small web server in the worker's own loop: `/metrics`, `/live`, `/ready` and the status page.

That it is in the same loop is on purpose: a loop that hangs can't say that it is live.
"""

import time
from collections.abc import Awaitable, Callable

from aiohttp import web
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder

from worker.health import Verdict
from worker.web.page import HEADERS, Status, draw

__all__ = ["WebError", "WebServer"]


class WebError(RuntimeError):
    """The server can't listen; the message says where and which setting to change."""


class WebServer:
    """
    Serve one worker process.

    Args:
        registry: what `/metrics` shows.

        live: gives the verdict for `/live`.

        ready: gives the verdict for `/ready`.

        status: gives what the page at `/` shows; never a secret or a body.
    """

    def __init__(
        self,
        registry: CollectorRegistry,
        *,
        live: Callable[[], Verdict],
        ready: Callable[[], Verdict],
        status: Callable[[], Status],
    ) -> None:
        """Build the application; nothing listens yet."""
        self._registry = registry
        self._status = status
        self.app = web.Application()
        self.app.add_routes(
            [
                web.get("/", self._index),
                web.get("/metrics", self._metrics),
                web.get("/live", self._verdict_of(live)),
                web.get("/ready", self._verdict_of(ready)),
            ]
        )
        self._runner = web.AppRunner(self.app, access_log=None, handle_signals=False, shutdown_timeout=1.0)
        self.port = 0

    async def start(self, host: str, port: int) -> None:
        """
        Listen; with port 0 on a free one. `port` then says where.

        Raises:
            WebError: the port is taken or the address is not this machine's.
        """
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, host, port).start()
        except OSError as error:
            await self._runner.cleanup()
            raise WebError(
                f"{host}:{port} can't be served on: {error.strerror}. Set COPYDESK_WEB_HOST or COPYDESK_WEB_PORT"
            ) from error
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Stop listening."""
        await self._runner.cleanup()

    async def _metrics(self, request: web.Request) -> web.Response:
        encode, content_type = choose_encoder(request.headers.get("Accept", ""))
        return web.Response(body=encode(self._registry), headers={"Content-Type": content_type})

    @staticmethod
    def _verdict_of(judge: Callable[[], Verdict]) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def answer(_request: web.Request) -> web.Response:
            verdict = judge()
            return web.json_response({"ok": verdict.ok, "reason": verdict.reason}, status=200 if verdict.ok else 503)

        return answer

    async def _index(self, request: web.Request) -> web.Response:
        """Answer a browser with the page, and a program with the same figures as JSON, without anything of an item."""
        status = self._status()
        if "text/html" in request.headers.get("Accept", ""):
            return web.Response(
                body=draw(status, time.time()), content_type="text/html", charset="utf-8", headers=dict(HEADERS)
            )
        facts = {
            "ok": status.live.ok and status.ready.ok,
            "role": status.role,
            "live": status.live.reason,
            "ready": status.ready.reason,
            "waiting": {source.name: source.lag for source in status.sources},
            "a_second": dict(status.rates),
            "dead_letters": dict(status.letters),
            "replays": dict(status.replays),
            **status.versions,
        }
        return web.json_response(facts, headers={"Cache-Control": "no-store"})

"""
A small web server in the worker's own loop: `/metrics`, `/live`, `/ready` and an index.

That it is in the same loop is on purpose: a loop that hangs can't say that it is live.
"""

import json
from collections.abc import Awaitable, Callable
from html import escape

from aiohttp import web
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder

from worker import __version__
from worker.health import Verdict

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

        facts: gives what the index shows beside them, in its order; never a secret or a body.
    """

    def __init__(
        self,
        registry: CollectorRegistry,
        *,
        live: Callable[[], Verdict],
        ready: Callable[[], Verdict],
        facts: Callable[[], dict[str, str]] = dict,
    ) -> None:
        """Build the application; nothing listens yet."""
        self._registry = registry
        self._live = live
        self._ready = ready
        self._facts = facts
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
        live, ready = self._live(), self._ready()
        facts = {"version": __version__, "live": live.reason, "ready": ready.reason, **self._facts()}
        if "text/html" not in request.headers.get("Accept", ""):
            return web.json_response({"ok": live.ok and ready.ok, **facts}, dumps=json.dumps)
        rows = "".join(f"<tr><th>{escape(name)}</th><td>{escape(value)}</td></tr>" for name, value in facts.items())
        links = " · ".join(f'<a href="{path}">{path}</a>' for path in ("/metrics", "/live", "/ready"))
        page = (
            '<!doctype html><html lang="en"><meta charset="utf-8"><title>Copydesk</title>'
            "<style>body{font:16px/1.5 system-ui;margin:2rem}th{text-align:left;padding-right:1rem;font-weight:600}</style>"
            f"<h1>Copydesk</h1><table>{rows}</table><p>{links}</p></html>"
        )
        return web.Response(text=page, content_type="text/html")

# ruff: noqa: INP001, S101, S603, S607, T201, ASYNC220, ASYNC240 - a check that starts programs of this system, and waits for them
"""
Look at the status page in a headless Chromium: `python -m deploy.pages FOLDER`.

It serves the pages of a busy desk, a standby, an intake with dead letters and a replay from the worker's own web server, with script in
headlines, and opens each in light, in dark and as wide as a phone. Nothing may run, nothing may be loaded, nothing may stand out of the
screen to the side, and text must be told from its ground. Pictures are left in FOLDER to be looked at. Chromium is driven through its
DevTools protocol, with the aiohttp that the worker has anyway.
"""

import asyncio
import base64
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType
from prometheus_client import CollectorRegistry

from worker.health import Verdict
from worker.web import Decided, Source, Status, WebServer

VIEWS: Final = {"light": ("light", 1100, 900), "dark": ("dark", 1100, 900), "phone": ("light", 360, 800)}
EVIL: Final = "<script>document.title='ran'</script><img src=/live onerror=\"document.title='ran'\">"
FLAGS: Final = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--remote-debugging-port=0",
)  # fmt: skip
# The least contrast of text by WCAG 2, AA.
CONTRAST: Final = 4.5
# Asked inside the page by the debugger, which its policy does not bind: what is wrong with it, in words.
LOOK: Final = """(() => {
  const wrong = [], root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) wrong.push(`it is ${root.scrollWidth} wide in a window of ${root.clientWidth}`);
  if (document.querySelector("script, img, iframe, object, form")) wrong.push("it has an element that may load or run");
  if (document.title.includes("ran")) wrong.push("a script of a headline ran");
  const loaded = performance.getEntriesByType("resource").map(one => one.name);
  if (loaded.length) wrong.push(`it loads ${loaded}`);
  const light = colour => { const part = colour.match(/[\\d.]+/g).slice(0, 3).map(v => v / 255)
    .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * part[0] + 0.7152 * part[1] + 0.0722 * part[2]; };
  for (const one of document.querySelectorAll("body, .soft, .good, .bad, .why, th, .card b")) {
    const ground = getComputedStyle(one.closest(".card") || document.body).backgroundColor;
    const [a, b] = [light(getComputedStyle(one).color), light(ground)].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < CONTRAST) wrong.push(`${one.tagName} ${one.className} has a contrast of ${(a + 0.05) / (b + 0.05)}`);
  }
  return [...new Set(wrong)];
})()""".replace("CONTRAST", str(CONTRAST))


def decided(number: int, relation: str, outcome: str, headline: str, **more: Any) -> Decided:
    """Make a decision."""
    facts: dict[str, Any] = {"of": "", "method": "", "similarity": 0} | more
    return Decided(
        at=time.time() - number, relation=relation, outcome=outcome, provider=("alpha", "beta", "gamma")[number % 3], headline=headline, **facts
    )  # fmt: skip


LAST: Final = (
    decided(1, "new", "kept", "Harbour of Lindesmouth closed after storm tears quay wall"),
    decided(2, "duplicate", "duplicate", "Lindesmouth harbour closed", of="urn:alpha:1", method="near", similarity=912),
    decided(3, "new", "kept", EVIL),
    decided(
        4,
        "update",
        "kept",
        "Budget passed by one vote, opposition asks for a recount (update 2)",
        of="urn:beta:7",
        method="version",
    ),
    decided(5, "new", "held", "This must not be read"),
    decided(6, "cancellation", "kept", "", of="urn:gamma:9"),
    decided(7, "new", "kept", "نص من اليمين إلى اليسار مع اسم طويل"),
    decided(8, "new", "kept", "Donaudampfschifffahrtsgesellschaft" * 5),
)
VERSIONS: Final = {
    "copydesk": "1.0.0", "python": "3.11.7", "rules": "8a1f03c2d4", "topic model": "5b77e01a", "region model": "0cc41d9e", EVIL: EVIL,
}  # fmt: skip


def statuses() -> dict[str, Status]:
    """Make what each page shows."""
    live, ready = Verdict(True, "at work"), Verdict(True, "loaded")
    sizes = {
        "memory used of 1,024 MiB": "412 MiB",
        "items remembered": "301,224",
        "size of that": "290 MiB",
        "waiting for an embargo": "3",
    }
    sources = [Source(f"wire.raw/{number}", 17 * number, loaded=number != 2) for number in range(4)]
    return {
        "desk": Status(
            role="desk", live=live, ready=ready, sources=[Source("wire.prepared/0", 1234, loaded=True)], last=LAST, sizes=sizes,
            rates={"kept": 41.2, "duplicate": 18.9, "rejected": 0.2, "records": 60.3}, letters={"desk_failed": 1}, versions=VERSIONS,
            replays=(("autumn", "4,211 of 90,000 records, 380 a second"), (EVIL, "done")),
        ),
        "standby": Status(role="desk", live=live, ready=ready, sizes=sizes, versions=VERSIONS),
        "intake": Status(
            role="intake", live=live, ready=Verdict(False, "the broker is away"), sources=sources, rates={"records": 60.3},
            letters={"undecodable": 12, "empty": 3}, versions=VERSIONS,
        ),
    }  # fmt: skip


class Browser:
    """One page of a Chromium, by its DevTools protocol."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        """Take the page's connection."""
        self._socket, self._number = socket, 0
        self.said: list[str] = []
        """What the page wrote on its console, or the browser about it."""

    async def call(self, method: str, **parameters: Any) -> Any:
        """Ask for something, and wait for the answer."""
        self._number += 1
        await self._socket.send_json({"id": self._number, "method": method, "params": parameters})
        while True:
            answer = await self._next()
            if answer.get("id") == self._number:
                assert "error" not in answer, f"{method}: {answer['error']}"
                return answer["result"]

    async def wait(self, event: str) -> None:
        """Wait for an event."""
        while (await self._next()).get("method") != event:
            pass

    async def _next(self) -> dict[str, Any]:
        message = await self._socket.receive(timeout=30)
        assert message.type is WSMsgType.TEXT, "Chromium has gone"
        answer: dict[str, Any] = json.loads(message.data)
        if answer.get("method") in {"Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown"}:
            self.said.append(json.dumps(answer["params"])[:300])
        return answer


@asynccontextmanager
async def browsing() -> AsyncIterator[Browser]:
    """Start a Chromium and give its page."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        process = subprocess.Popen(
            ["chromium", *FLAGS, f"--user-data-dir={profile}", "about:blank"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, "HOME": profile},
        )  # fmt: skip
        try:
            told = Path(profile, "DevToolsActivePort")
            for _ in range(600):
                if (told.exists() and told.read_text().count("\n")) or process.poll() is not None:
                    break
                await asyncio.sleep(0.1)
            assert told.exists(), "Chromium does not start"
            port = told.read_text().splitlines()[0]
            async with ClientSession() as session:
                async with session.get(f"http://127.0.0.1:{port}/json/list") as answer:
                    [page] = [one for one in await answer.json() if one["type"] == "page"]
                async with session.ws_connect(page["webSocketDebuggerUrl"], max_msg_size=0) as socket:
                    yield Browser(socket)
        finally:
            process.terminate()
            process.wait(30)


async def look(browser: Browser, url: str, view: str, picture: Path) -> list[str]:
    """Open a page in one view, take its picture, and say what is wrong with it."""
    scheme, width, height = VIEWS[view]
    phone = view == "phone"
    await browser.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=phone)
    await browser.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    browser.said.clear()
    await browser.call("Page.navigate", url=url)
    await browser.wait("Page.loadEventFired")
    result = await browser.call("Runtime.evaluate", expression=LOOK, returnByValue=True)
    assert "value" in result["result"], f"the page can't be asked: {result}"
    shot = await browser.call("Page.captureScreenshot", captureBeyondViewport=True)
    picture.write_bytes(base64.b64decode(shot["data"]))
    return [*result["result"]["value"], *(f"the browser says {said}" for said in browser.said if "favicon" not in said)]


async def run(folder: Path) -> list[str]:
    """Look at all pages in all views; return what is wrong."""
    shown = {"is": Status(role="desk", live=Verdict(True, ""), ready=Verdict(True, ""))}
    verdict = Verdict(True, "at work")
    server = WebServer(CollectorRegistry(), live=lambda: verdict, ready=lambda: verdict, status=lambda: shown["is"])
    await server.start("127.0.0.1", 0)
    wrong = []
    try:
        async with browsing() as browser:
            for domain in ("Page", "Log", "Runtime"):
                await browser.call(f"{domain}.enable")
            for name, status in statuses().items():
                shown["is"] = status
                for view in VIEWS:
                    found = await look(browser, f"http://127.0.0.1:{server.port}/", view, folder / f"{name}-{view}.png")
                    wrong += [f"{name} in {view}: {one}" for one in found]
    finally:
        await server.stop()
    return wrong


def main() -> int:
    """Look; exit code 1 if something is wrong."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    wrong = asyncio.run(run(folder))
    for line in wrong:
        print(line, file=sys.stderr)
    print(f"{len(statuses())} pages in {len(VIEWS)} views, {len(wrong)} faults; pictures are in {folder}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

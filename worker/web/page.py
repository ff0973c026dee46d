"""
The status page: one HTML document without script, drawn anew with each request.

Everything that came from a feed is text of strangers. It is escaped, isolated from the direction of the text around it, and the
page's own policy lets a browser load and run nothing, whatever slipped through.
"""

import base64
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import escape
from typing import Final

from worker.health import Verdict
from worker.web.recent import Decided, shortened

__all__ = ["HEADERS", "Source", "Status", "draw"]

_REFRESH_SECONDS: Final = 10

_STYLE: Final = """
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#5d6670;--line:#d9dee3;--back:#fff;--good:#17693a;--bad:#b3261e;--card:#f6f8fa}
@media(prefers-color-scheme:dark){:root{--ink:#e3e6ea;--soft:#9aa4af;--line:#333a42;--back:#14171a;--good:#5fcf8b;--bad:#ff8a80;
--card:#1c2126}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:72rem;padding:1rem;font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--back)}
h1{font-size:1.4rem;margin:.2rem 0}h2{font-size:1.05rem;margin:1.6rem 0 .4rem}
a{color:inherit}.soft{color:var(--soft)}.good{color:var(--good)}.bad{color:var(--bad)}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(9.5rem,1fr));gap:.6rem;margin:1rem 0}
.card{background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:.5rem .75rem}
.card b{display:block;font-size:1.35rem;font-variant-numeric:tabular-nums}
table{border-collapse:collapse;width:100%}th{font-weight:600;color:var(--soft);font-size:.85rem}
th,td{text-align:left;padding:.3rem .6rem .3rem 0;border-bottom:1px solid var(--line);vertical-align:top}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
td,.why{overflow-wrap:anywhere}td.n{min-width:4.5rem}td.t{white-space:nowrap}
.why{display:block;font-size:.85rem;color:var(--soft)}
@media(max-width:40rem){.wide{display:none}body{padding:.6rem}table{font-size:.9rem}}
"""

_STYLE_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
"""What goes with the page: nothing may be loaded or run, and nobody may frame it."""


@dataclass(frozen=True, slots=True)
class Source:
    """One owned source partition: its name, what waits on it, and whether it is loaded."""

    name: str
    lag: int
    loaded: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """
    What the page shows of one worker process.

    `rates` are items or records a second by what became of them, `letters` dead letters by reason since the start, `sizes` facts
    about memory in words, `versions` what runs here, `replays` the newest replay runs, each with how far it has come.
    """

    role: str
    live: Verdict
    ready: Verdict
    sources: Sequence[Source] = ()
    rates: Mapping[str, float] = field(default_factory=dict)
    last: Sequence[Decided] = ()
    letters: Mapping[str, int] = field(default_factory=dict)
    sizes: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    replays: Sequence[tuple[str, str]] = ()


def draw(status: Status, now: float) -> bytes:
    """Draw the page at a time (seconds since 1970), as UTF-8; what can't be written so is replaced."""
    return "".join(_parts(status, now)).encode("utf-8", "replace")


def _parts(status: Status, now: float) -> Iterator[str]:
    yield (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f'<meta http-equiv="refresh" content="{_REFRESH_SECONDS}"><title>Copydesk · {escape(status.role)}</title>'
        f"<style>{_STYLE}</style></head><body><h1>Copydesk · {escape(status.role)}</h1>"
    )
    yield f"<p>{_verdict('live', status.live)}<br>{_verdict('ready', status.ready)}</p>"
    yield '<div class="cards">'
    yield _card("waiting", f"{sum(source.lag for source in status.sources):,}")
    for name, rate in status.rates.items():
        yield _card(f"{name} a second", f"{rate:,.1f}")
    yield _card("dead letters since the start", f"{sum(status.letters.values()):,}")
    for name, value in status.sizes.items():
        yield _card(name, value)
    yield "</div>"
    if status.role == "desk":
        yield "<h2>Last decisions</h2>"
        yield from _decisions(status.last)
    if status.letters:
        yield "<h2>Dead letters by reason</h2>"
        yield from _table(("reason", "count"), ((name, f"{count:,}") for name, count in sorted(status.letters.items())))
    yield "<h2>Source partitions</h2>"
    rows = ((s.name, f"{s.lag:,}" if s.loaded else "loading") for s in status.sources)
    yield from _table(("partition", "waiting"), rows) if status.sources else ['<p class="soft">None owned: standing by.</p>']
    if status.replays:
        yield "<h2>Replays</h2>"
        yield from _table(("run", "state"), status.replays)
    yield "<h2>Versions</h2>"
    yield from _table(("what", "version"), status.versions.items())
    at = datetime.fromtimestamp(now, UTC)
    yield (
        f'<p class="soft">{at:%Y-%m-%d %H:%M:%S} UTC · of this process only · <a href="/metrics">metrics</a> · '
        '<a href="/live">live</a> · <a href="/ready">ready</a></p></body></html>'
    )


def _verdict(name: str, verdict: Verdict) -> str:
    kind, word = ("good", "yes") if verdict.ok else ("bad", "no")
    return f'{name}: <b class="{kind}">{word}</b> <span class="soft">{escape(verdict.reason)}</span>'


def _card(name: str, value: str) -> str:
    return f'<div class="card"><b>{escape(value)}</b><span class="soft">{escape(name)}</span></div>'


def _decisions(last: Sequence[Decided]) -> Iterator[str]:
    if not last:
        yield '<p class="soft">None yet.</p>'
        return
    yield '<table><tr><th>UTC</th><th>relation</th><th>item</th><th class="wide">provider</th></tr>'
    for one in last:
        at = datetime.fromtimestamp(one.at, UTC)
        # A headline under embargo must not be read here before its time.
        headline = shortened(one.headline) if one.outcome != "held" else "under embargo"
        yield (
            f'<tr><td class="t">{at:%H:%M:%S}</td><td class="t">{escape(one.relation)}</td>'
            f'<td class="item"><bdi>{escape(headline) or "without headline"}</bdi><span class="why"><bdi>{escape(_why(one))}</bdi></span></td>'
            f'<td class="wide"><bdi>{escape(one.provider)}</bdi></td></tr>'
        )
    yield "</table>"


def _why(one: Decided) -> str:
    """Say in a line how the desk came to it."""
    words = [one.outcome]
    if one.of:
        words.append(f"of {shortened(one.of)}")
    if one.method:
        words.append(f"by {one.method}")
    if one.similarity:
        words.append(f"{one.similarity / 10:.1f} % alike")
    return ", ".join(words)


def _table(head: tuple[str, str], rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    yield f'<table><tr><th>{escape(head[0])}</th><th class="n">{escape(head[1])}</th></tr>'
    for name, value in rows:
        yield f'<tr><td>{escape(name)}</td><td class="n">{escape(value)}</td></tr>'
    yield "</table>"

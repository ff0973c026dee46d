"""
What an isolated run would change: its records against those that were published, item by item.

Pure: it takes records, finds pairs of the same uri and version, and says by kind what is not the same.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

__all__ = ["KINDS", "Change", "compare", "newest"]

Record = Mapping[str, Any]

KINDS: Final = ("decision", "footers", "rights", "dateline", "regions", "topics", "routes", "missing", "added")


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is not the same: the item, the kind, and both sides in a form to be read."""

    uri: str
    version: str
    headline: str
    kind: str
    live: Any
    shadow: Any


def newest(records: Iterable[Record]) -> dict[tuple[str, str], Record]:
    """Give the last decided record of each uri and version that is not a mere redelivery."""
    found: dict[tuple[str, str], Record] = {}
    for record in records:
        if record["story"]["relation"] == "redelivery":
            continue
        key = record["uri"], record["version"]
        if key not in found or record["origin"]["sequence"] >= found[key]["origin"]["sequence"]:
            found[key] = record
    return found


def compare(live: Iterable[Record], shadow: Iterable[Record]) -> list[Change]:
    """
    Compare what was published with what a run decided.

    Args:
        live: published records, of at least all items of the run.

        shadow: the run's records.
    """
    before, after = newest(live), newest(shadow)
    changes: list[Change] = []
    for key, record in sorted(after.items()):
        old = before.get(key)
        if old is None:
            changes.append(_change(record, "added", None, _decision(record)))
        else:
            changes += _differences(old, record)
    uris = {uri for uri, _ in after}
    changes += [_change(r, "missing", _decision(r), None) for k, r in sorted(before.items()) if k[0] in uris and k not in after]
    return changes


def _differences(old: Record, new: Record) -> list[Change]:
    found = []
    for kind, read in _READERS.items():
        a, b = read(old), read(new)
        if a != b:
            found.append(_change(new, kind, a, b))
    return found


def _change(record: Record, kind: str, live: Any, shadow: Any) -> Change:
    headlines = record["item"].get("headlines") or [{"value": ""}]
    return Change(record["uri"], record["version"], str(headlines[0].get("value", "")), kind, live, shadow)


def _decision(record: Record) -> dict[str, Any]:
    story = record["story"]
    return {"outcome": record["outcome"], "relation": story["relation"], "of": story["of"], "story": story["id"]}


def _route_names(record: Record) -> list[str]:
    # A run's topics have another prefix; the route's name is what stands behind the last `region.` or `topic.` or so.
    return sorted(topic.split(".", topic.count(".") - 1)[-1] for topic in record["routes"])


_READERS: Final = {
    "decision": _decision,
    "footers": lambda r: [(s["field"], s["start"], s["end"], s["kind"], s["text"]) for s in r["removed"]],
    "rights": lambda r: {k: v for k, v in r["rights"].items() if k != "conflicts"},
    "dateline": lambda r: r["dateline"],
    "regions": lambda r: [(x["code"], x["role"], x["primary"]) for x in r["regions"]],
    "topics": lambda r: [x["code"] for x in r["topics"]],
    "routes": _route_names,
}

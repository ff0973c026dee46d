"""The demo's items in the order in which they are sent."""

import tomllib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

__all__ = ["SAMPLES", "Sample", "load"]

SAMPLES: Final = Path(__file__).with_name("samples")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """
    One raw message.

    `shows` says in a few words what it is there for; `at` is when it arrived (milliseconds since 1970); `results` is how many
    records it leads to: two if it is held and then released.
    """

    name: str
    shows: str
    provider: str
    at: int
    value: bytes
    content_type: str | None = None
    results: int = 1


def load(folder: Path = SAMPLES) -> tuple[Sample, ...]:
    """Read `script.toml` and the files that it names."""
    values: dict[str, bytes] = {}
    samples = []
    for entry in tomllib.loads((folder / "script.toml").read_text(encoding="utf-8"))["item"]:
        values[entry["name"]] = _value(folder, entry, values)
        samples.append(
            Sample(
                name=entry["name"],
                shows=entry["shows"],
                provider=entry["provider"],
                at=int(datetime.fromisoformat(entry["at"]).timestamp() * 1000),
                value=values[entry["name"]],
                content_type=entry.get("content_type"),
                results=entry.get("results", 1),
            )
        )
    return tuple(samples)


def _value(folder: Path, entry: dict[str, Any], earlier: dict[str, bytes]) -> bytes:
    """Give the bytes of a file, an earlier item once more, or so many letters."""
    if "same_as" in entry:
        return earlier[str(entry["same_as"])]
    if "fill_bytes" in entry:
        return b"x" * int(entry["fill_bytes"])
    return (folder / str(entry["file"])).read_bytes()

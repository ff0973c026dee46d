"""Write a fitted model as the table of small integers that `worker.stages.topics.model` reads."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from worker.stages.topics.features import RECIPE
from worker.training.fit import Linear
from worker.training.matrix import Floats, Vocabulary

__all__ = ["Children", "fit_temperature", "pack"]

_LIMIT: Final = 127  # of an 8-bit weight
_CLIPPED: Final = 0.9995  # weights above this share are cut: a few huge ones would cost all others their precision


@dataclass(frozen=True, slots=True)
class Children:
    """A level 2 model below one level 1 class; the class named "" stands for none of them."""

    parent: str
    linear: Linear


def fit_temperature(scores: Floats, right: npt.NDArray[np.int64]) -> float:
    """Find the temperature at which a softmax over the scores is most likely to have given the right classes."""
    grid = np.geomspace(0.05, 1.5, 120)
    losses = []
    for temperature in grid:
        scaled = scores / temperature
        scaled = scaled - scaled.max(axis=1, keepdims=True)
        losses.append(float((np.log(np.exp(scaled).sum(axis=1)) - scaled[np.arange(len(right)), right]).mean()))
    return float(grid[int(np.argmin(losses))])


def pack(  # noqa: PLR0917 - the parts of a model file in their order
    path: Path,
    vocabulary: Vocabulary,
    linear: Linear,
    children: Sequence[Children],
    languages: Sequence[str],
    temperature: float,
    child_size: int,
    headed_bias: Floats | None = None,
) -> str:
    """
    Quantise and write; the same model gives the same bytes. Returns the version: recipe and digest of the content.

    `headed_bias` takes the place of the bias for texts with a headline.
    """
    weights = linear.weights
    scale = max(1, int(_LIMIT / np.quantile(np.abs(weights).max(axis=1), _CLIPPED)))
    arrays: dict[str, Any] = {
        "recipe": np.int64(RECIPE),
        "keys": vocabulary.keys,
        "weights": _quantise(weights, scale),
        "scale": np.int64(scale),
        "bias": np.rint(linear.bias * 1000).astype(np.int64),
        "codes": np.array(linear.classes),
        "decay": _decay(temperature),
        "languages": np.array(sorted(languages)),
    }
    if headed_bias is not None:
        arrays["headed_bias"] = np.rint(headed_bias * 1000).astype(np.int64)
    arrays |= _pack_children(vocabulary, linear.classes, children, scale, child_size)
    digest = hashlib.sha256()
    for name in sorted(arrays):
        digest.update(name.encode() + np.ascontiguousarray(arrays[name]).tobytes())
    version = f"topics-{RECIPE}-{digest.hexdigest()[:12]}"
    arrays["version"] = np.array(version)
    with path.open("wb") as file:
        np.savez(file, **{name: arrays[name] for name in sorted(arrays)})
    return version


def _quantise(weights: Floats, scale: int) -> npt.NDArray[np.int8]:
    return np.clip(np.rint(weights * scale), -_LIMIT, _LIMIT).astype(np.int8)


def _decay(temperature: float) -> npt.NDArray[np.int64]:
    steps = np.arange(int(8000 * temperature) + 1)
    decay: npt.NDArray[np.int64] = np.rint(65536 * np.exp(-steps / (1000 * temperature))).astype(np.int64)
    return decay


def _pack_children(
    vocabulary: Vocabulary, parents: Sequence[str], children: Sequence[Children], scale: int, size: int
) -> dict[str, npt.NDArray[Any]]:
    by_parent = {child.parent: child.linear for child in children}
    codes: list[str] = []
    bias: list[int] = []
    starts = [0]
    blocks: list[Floats] = []
    for parent in parents:
        if (linear := by_parent.get(parent)) is not None:
            codes.extend(linear.classes)
            bias.extend(np.rint(linear.bias * 1000).astype(int).tolist())
            blocks.append(linear.weights)
        starts.append(len(codes))
    joined = np.concatenate(blocks, axis=1) if blocks else np.zeros((len(vocabulary.keys), 0))
    table = _quantise(joined, scale)
    worth = np.abs(table).max(axis=1, initial=0)
    rows = np.sort(np.argsort(-worth.astype(np.int64), kind="stable")[:size])
    rows = rows[worth[rows] > 0]
    return {
        "child_rows": rows.astype(np.uint32),
        "child_weights": table[rows],
        "child_bias": np.array(bias, np.int64),
        "child_codes": np.array(codes) if codes else np.zeros(0, "U1"),
        "child_starts": np.array(starts, np.int64),
    }

"""What holds for the whole tree: one place for each thing, small files, and nothing of one machine."""

import copy
import importlib
import pkgutil
import re
import subprocess
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from types import ModuleType

import pytest

import worker.formats
import worker.stages
from worker.demo.script import load
from worker.formats import FORMATS, decode
from worker.metrics import SERIES
from worker.model import Draft, Origin, Raw
from worker.outcome import Reject
from worker.pipeline import Stage, stages
from worker.rules.load import Rules
from worker.settings import explain

ROOT = Path(__file__).parents[2]
LINES = 300
# Put together here, so that this file does not hold what it looks for.
REGISTRIES = [".".join(parts) for parts in (
    ("pypi", "org"), ("pythonhosted", "org"), ("repo1", "maven"), ("repo", "maven", "apache"), ("registry", "npmjs"),
    ("deb", "debian"), ("proxy", "golang"), ("conda", "anaconda"),
)]  # fmt: skip
MACHINE = re.compile(r"(?<![\w.:/<-])/(?:work|root|home|tmp|Users)/\w")


def tracked(*patterns: str) -> list[Path]:
    """List the tracked files that still exist."""
    named = subprocess.run(
        ["git", "ls-files", "-z", "--", *patterns], cwd=ROOT, capture_output=True, check=True, text=True
    ).stdout
    return [ROOT / name for name in named.split("\0") if name and (ROOT / name).is_file()]


def texts() -> Iterator[tuple[str, str]]:
    """Give name and text of every tracked text file."""
    for path in tracked():
        value = path.read_bytes()
        if b"\0" not in value:
            yield str(path.relative_to(ROOT)), value.decode("utf-8", "replace")


def test_no_registry_host() -> None:
    """No file names the host of a package registry: whoever installs has their own."""
    found = [(name, host) for name, text in texts() for host in REGISTRIES if host in text]

    assert found == []


def test_no_machine_path() -> None:
    """No file holds a path of the machine that it was written on."""
    found = [(name, match[0]) for name, text in texts() for match in MACHINE.finditer(text)]

    assert found == []


def test_files_are_short() -> None:
    """Every program file can be read at one go."""
    found = [
        (str(path.relative_to(ROOT)), count)
        for path in tracked("worker/*.py", "tests/*.py", "bench/*.py")
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > LINES
    ]

    assert found == []


def _modules(package: ModuleType) -> list[str]:
    return [f"{package.__name__}.{module.name}" for module in pkgutil.iter_modules(package.__path__)]


@pytest.fixture(scope="module")
def all_stages() -> tuple[Stage, ...]:
    """Make the pipeline's stages."""
    return stages(Rules())


def test_stages_are_in_the_pipeline(all_stages: tuple[Stage, ...]) -> None:
    """Each class of worker/stages that is a stage is in the pipeline."""
    at_work = {type(stage) for stage in all_stages}
    names = [module.name for module in pkgutil.walk_packages(worker.stages.__path__, "worker.stages.")]
    found = {
        one
        for name in names
        for one in vars(importlib.import_module(name)).values()
        if isinstance(one, type) and one.__module__.startswith("worker.stages.") and hasattr(one, "writes")
    }

    assert found
    assert found == at_work


def test_formats_are_asked() -> None:
    """Each module of worker/formats that can read a message is in FORMATS."""
    modules = [importlib.import_module(name) for name in _modules(worker.formats)]
    able = [module for module in modules if all(hasattr(module, name) for name in ("NAME", "CONTENT_TYPES", "sniff", "read"))]

    assert [module.__name__ for module in able if module not in FORMATS] == []


def test_stages_write_what_they_name(all_stages: tuple[Stage, ...]) -> None:
    """Over the demo's items, a stage changes only the fields of the draft that it names in `writes`."""
    wrong = set()
    for sample in load():
        raw = Raw(
            value=sample.value,
            content_type=sample.content_type,
            provider=sample.provider,
            origin=Origin("wire.raw", 0, 0, sample.at),
        )
        items = decode(raw)
        for item in () if isinstance(items, Reject) else items:
            if not isinstance(item, Reject):
                wrong |= _trespasses(Draft(raw=raw, decoded=item), all_stages)

    assert wrong == set()


def _trespasses(draft: Draft, all_stages: tuple[Stage, ...]) -> set[tuple[str, str]]:
    found = set()
    for stage in all_stages:
        before = copy.copy(draft)
        stage(draft)
        for one in fields(Draft):
            changed = getattr(before, one.name) is not getattr(draft, one.name)
            if changed and getattr(before, one.name) != getattr(draft, one.name) and one.name not in stage.writes:
                found.add((stage.name, one.name))
    return found


def test_every_field_has_one_writer(all_stages: tuple[Stage, ...]) -> None:
    """No two stages write the same field, but for warnings, which any may add to."""
    written = [name for stage in all_stages for name in stage.writes if name != "warnings"]

    assert sorted(set(written)) == sorted(written)


def test_settings_are_documented() -> None:
    """Every setting has its row in docs/configuration.md."""
    page = (ROOT / "docs/configuration.md").read_text(encoding="utf-8")

    assert [setting.name for setting in explain({}) if f"| `{setting.name}` |" not in page] == []


def test_metrics_are_documented() -> None:
    """Every series has its row in docs/metrics.md."""
    page = (ROOT / "docs/metrics.md").read_text(encoding="utf-8")

    assert [series.name for series in SERIES if f"| `{series.name}` |" not in page] == []


def test_make_help_lists_all() -> None:
    """`make help` has a line for each target that is not a file."""
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.search(r"^\.PHONY: (.*)$", text, re.MULTILINE)

    assert targets is not None
    assert [name for name in targets[1].split() if not re.search(rf"^{name}:.*## \w", text, re.MULTILINE)] == []

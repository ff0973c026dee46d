"""The judge of what pip-audit finds."""

import json
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import pytest

from deploy import audit
from deploy.sbom import ALLOWED, licences, named, plain

ROOT = Path(__file__).parents[2]
SOUND: dict[str, Any] = {"name": "alpha", "version": "1.0", "vulns": []}
FAULTY: dict[str, Any] = {"name": "beta", "version": "2.0", "vulns": [{"id": "F-1", "fix_versions": ["2.1"]}]}
UNKNOWN: dict[str, Any] = {"name": "gamma", "skip_reason": "not found"}


def test_a_finding_is_told_with_what_mends_it() -> None:
    """A known fault of a version that is in use is wrong; the version without it is named."""
    assert audit.judge([SOUND, FAULTY], {}) == (["beta 2.0 has the known fault F-1; mended in 2.1"], [])


def test_a_finding_may_be_accepted_while_it_is_there() -> None:
    """A fault that does not touch us passes with its reason; when it is no longer found, its line has to go."""
    accepted = {("beta", "F-1"): "not called"}

    assert audit.judge([FAULTY], accepted) == ([], [])
    assert audit.judge([SOUND], accepted) == (["beta: F-1 is accepted and no longer found; take its line out"], [])


@pytest.mark.parametrize(("written", "code"), [
    (None, 77), ("", 77), ({"dependencies": []}, 77), ({"dependencies": [SOUND, UNKNOWN]}, 77), ({"dependencies": [SOUND]}, 0),
    ({"dependencies": [FAULTY, UNKNOWN]}, 1),
])  # fmt: skip
def test_no_answer_is_neither_good_nor_bad(written: object, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An index that is away, or tells nothing of some package, ends with a code of its own; a finding fails all the same."""
    report = tmp_path / "audit.json"
    if written is not None:
        report.write_text(written if isinstance(written, str) else json.dumps(written), encoding="utf-8")
    monkeypatch.setattr("sys.argv", ["audit.py", str(report), str(ROOT / "deploy/audit-accepted.tsv")])

    assert audit.main() == code


def test_the_packages_of_a_requirements_file_are_found() -> None:
    """All pinned packages are named, as names are compared, and nothing else."""
    text = "# made\nGoogle_RE2==1.1 \\\n    --hash=sha256:00\nrich==15.0.0 ; python_version >= '3.11' \\\n    # via -r run.in\n"

    assert named(text) == {"google-re2", "rich"}


def test_every_licence_is_one_that_was_read() -> None:
    """What the worker runs with has licences from the list."""
    wanted = named((ROOT / "requirements/run.txt").read_text(encoding="utf-8"))
    # The file is for all systems; what another one needs is not here.
    found = {one.metadata["Name"]: licences(one) for one in distributions() if plain(one.metadata["Name"]) in wanted}

    assert len(found) > 20
    assert [(name, one) for name, one in found.items() if not one or not set(one) <= ALLOWED] == []

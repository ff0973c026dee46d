"""A setting that nothing reads would be a promise that nobody keeps."""

import ast
from dataclasses import fields
from pathlib import Path

from worker.settings import Settings

WORKER = Path(__file__).parents[2] / "worker"


def test_every_setting_is_read() -> None:
    """Each field of `Settings` is used somewhere: as an attribute in the code, or through a property of the settings themselves."""
    read = {
        node.attr
        for path in WORKER.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load)
    }

    # The cache's variable is read where the jars are, before there are any settings: the broker needs none.
    assert {field.name for field in fields(Settings)} - read <= {"cache"}


def test_only_the_command_line_looks_at_the_environment() -> None:
    """Settings come in as values; commands read the environment, and the development broker for the place of its cache."""
    allowed = {"cli", "broker", "demo", "testing"}  # the last two hand their own on to processes that they start
    looking = {
        path.relative_to(WORKER).as_posix()
        for path in WORKER.rglob("*.py")
        if "os.environ" in path.read_text(encoding="utf-8") and path.relative_to(WORKER).parts[0] not in allowed
    }

    assert not looking

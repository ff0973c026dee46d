"""The examples in docstrings are true."""

import doctest
from types import ModuleType

import pytest

from worker.formats import dateline_place, languages, markup, prose, subjects


@pytest.mark.parametrize("module", [dateline_place, languages, markup, prose, subjects], ids=lambda module: module.__name__)
def test_examples_hold(module: ModuleType) -> None:
    """Each example in a docstring of the module gives what it says."""
    result = doctest.testmod(module)

    assert result.attempted > 0
    assert result.failed == 0

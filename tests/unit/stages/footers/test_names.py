"""The table of agencies and distributors."""

import pytest

from worker.rules.load import RuleError, Rules
from worker.stages.footers.holder import read_holder
from worker.stages.footers.names import Names

NAMES = Names(Rules())


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("The Associated Press", "Associated Press"),
        ("AP", "Associated Press"),
        ("deutsche presse-agentur GmbH", "dpa"),
        ("Tribune Content Agency, LLC.", "Tribune Content Agency"),
        ("Nobody's Wire", None),
        (None, None),
    ],
)
def test_normal_name(written: str | None, name: str | None) -> None:
    """Legal forms, case and articles do not matter; what the table does not know has no name."""
    assert NAMES.normal(written) == name


def test_code_stays_unless_it_is_spelt() -> None:
    """A record says AFP as the wire does, but spells out what only the trade knows."""
    assert NAMES.spelt("AFP") == "AFP"
    assert NAMES.spelt("NTX") == "Notimex"
    assert NAMES.spelt("Harbour Wire") == "Harbour Wire"


def test_name_in_front_of_a_role() -> None:
    """The agency is what a desk's name starts with; a list of agencies is left alone."""
    assert NAMES.leading("AP National Security") == "AP"
    assert NAMES.leading("AFP et Reuters") == "AFP et Reuters"


def test_address_of_a_distributor() -> None:
    """A release is known by the address it links to."""
    assert NAMES.of_host("www.businesswire.com") == "Business Wire"
    assert NAMES.of_host("harbour.example") is None


def test_entry_without_name_is_refused(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The message names the file and the entry."""
    folder = tmp_path_factory.mktemp("rules")
    (folder / "distributors.toml").write_text('[[agency]]\ncodes = ["XX"]\n', encoding="utf-8")

    with pytest.raises(RuleError, match=r"distributors\.toml"):
        Names(Rules(folder))


@pytest.mark.parametrize(
    ("line", "below", "holder", "year"),
    [
        pytest.param("© 2031 Nordpress AB.", "", "Nordpress AB", "2031", id="plain"),
        pytest.param("Copyright (c) 2029-31, Lune Media Co. All rights reserved.", "", "Lune Media Co", "2029-31", id="range"),
        pytest.param("Nordpress © 2030", "", "Nordpress", "2030", id="name first"),
        pytest.param("© 2031", "Nordpress AB", "Nordpress AB", "2031", id="name below"),
        pytest.param(
            "©2031 G.M.C. S.A.P.A. di K. Berg. Distributed by Northgate.",
            "",
            "G.M.C. S.A.P.A. di K. Berg",
            "2031",
            id="initials",
        ),
        pytest.param("2031 CQ-Lune, Inc., All Rights Reserved", "", "CQ-Lune, Inc", "2031", id="sign lost"),
        pytest.param("All rights reserved.", "", None, None, id="nobody"),
    ],
)
def test_holder_and_year(line: str, below: str, holder: str | None, year: str | None) -> None:
    """Holder and year are read wherever the sign stands."""
    assert read_holder(line, below, None) == (holder, year)

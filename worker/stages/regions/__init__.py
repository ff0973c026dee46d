"""
Say which countries a story is about, with the names that say so.

Names are found in the shared view (`mentions`), each is given to the country that the rest of the text speaks for, each country gets
a row of small integers (`measure`), two small models score it (`trees`), and `choose` takes those that belong in the record and the
first. What the source itself says of places comes first and is marked as the provider's. Text in a language whose names are not known
is left untagged, with a warning that says so.
"""

import json
from pathlib import Path
from typing import Final

from worker.model import Draft, Evidence, Region
from worker.rules import gazetteer as packaged
from worker.rules.gazetteer import Gazetteer
from worker.rules.load import Rules
from worker.stages.regions.choose import choose
from worker.stages.regions.measure import FEATURES, Measured, Measurer
from worker.stages.regions.mentions import PLACED, Finder, Mention
from worker.stages.regions.provided import Provided
from worker.stages.regions.trees import Trees
from worker.text import TextView

__all__ = ["TagRegions"]

MODEL: Final = Path(packaged.__file__).parent / "regions_model.json"
SHOWN: Final = 5  # names shown for each country
MOST: Final = 40  # countries in one record: a report on all of them may name so many
LINE: Final = 600  # confidence, per mille, in a dateline alone
SCENE: Final = 300  # per mille of being the first, from which a country counts as a scene
_LINE_ONLY: Final = FEATURES.index("line_only")


class TagRegions:
    """Set `regions`."""

    name: Final = "regions"
    writes: Final = ("regions", "warnings")

    def __init__(self, rules: Rules) -> None:
        """Take names from `rules`, weights from the package."""
        self._gazetteer = Gazetteer.from_rules(rules)
        self._codes = {country.code: at for at, country in enumerate(self._gazetteer.countries)}
        self._finder = Finder(self._gazetteer)
        self._measurer = Measurer(self._gazetteer)
        self._provided = Provided(rules, self._gazetteer)
        table = json.loads(MODEL.read_bytes())
        self._trees = Trees(table, ("include", "primary"))

    def __call__(self, draft: Draft) -> None:
        """Tag the item."""
        given = self._provided.read(draft)
        found = self._tag(draft)
        if given:
            draft.regions = _merge(given, found)[:MOST]
        else:
            draft.regions = found[:MOST]
        if not draft.regions and not any(warning.startswith("regions: ") for warning in draft.warnings):
            reason = "no place is named that is sure enough" if len(draft.view) else "there is no text"
            draft.warnings = (*draft.warnings, f"regions: {reason}")

    def _tag(self, draft: Draft) -> tuple[Region, ...]:
        language = (draft.language or "").split("-")[0].lower() or None
        if language is not None and language not in self._gazetteer.languages:
            draft.warnings = (*draft.warnings, f"regions: the names of places in {language} are not known")
            return self._of_dateline(draft)
        view, line = draft.view, draft.dateline
        at = self._codes.get(line.country) if line is not None and line.country else None
        style = 0 if line is None or not line.text else 1 if line.agency else 2
        measured = self._measurer.measure(view, self._finder.find(view, language), at, style, language)
        if not measured.countries:
            return ()
        include, primary = self._trees.score(measured.table)
        line_only = (measured.table[:, _LINE_ONLY] > 0).tolist()
        made = []
        chosen = choose(include, primary, line_only, named=style == 1)
        for row in chosen[:MOST]:
            first = row == chosen[0]
            scene = first or (self._trees.per_mille(primary[row]) >= SCENE and not line_only[row])
            role = "scene" if scene else "dateline" if line_only[row] else "mention"
            made.append(self._region(view, measured, row, self._trees.per_mille(include[row]), role, primary=first))
        return tuple(made)

    def _of_dateline(self, draft: Draft) -> tuple[Region, ...]:
        """Take the country of the dateline, all that is known of a story in a language whose names are not."""
        at = self._codes.get(draft.dateline.country) if draft.dateline is not None and draft.dateline.country else None
        if at is None:
            return ()
        country = self._gazetteer.countries[at]
        return (Region(country.code, country.name, country.m49, True, "scene", LINE, ()),)

    def _region(self, view: TextView, measured: Measured, row: int, confidence: int, role: str, *, primary: bool) -> Region:
        at = measured.countries[row]
        country = self._gazetteer.countries[at]
        # The names that stand as places first; a lone "Mr Paris" is shown only if nothing better is there.
        mentions = measured.evidence[at]
        best = [mention for mention in mentions if mention.standing <= PLACED] or mentions
        shown = tuple([_evidence(view, mention) for mention in best[:SHOWN]])
        subs = measured.subs.get(at)
        subdivision = _division(subs, self._gazetteer.subs) if subs else None
        return Region(country.code, country.name, country.m49, primary, role, confidence, shown, subdivision=subdivision)


def _division(counts: dict[int, int], subs: list[str]) -> str | None:
    """Take the first-level subdivision, if two names and twice as many as for any other say so."""
    first, *others = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    if first[1] < 2 or (others and first[1] < 2 * others[0][1]):
        return None
    return subs[first[0]]


def _evidence(view: TextView, mention: Mention) -> Evidence:
    start, end = mention.start, mention.end
    if mention.first < view.body_token:
        return Evidence("headline", start, end, view.text[start:end])
    return Evidence("body_text", start - view.body_at, end - view.body_at, view.text[start:end])


def _merge(given: tuple[Region, ...], found: tuple[Region, ...]) -> tuple[Region, ...]:
    """Put the provider's regions first, with the evidence found for them, then what was found besides; at most one is primary."""
    seen = {region.code: region for region in found}
    given = tuple(region for region in given if region.role != "dateline" or region.code not in seen)
    merged = [region._replace(evidence=seen[region.code].evidence) if region.code in seen else region for region in given]
    taken = {region.code for region in given}
    primary = any(region.primary for region in merged)
    merged += [region._replace(primary=region.primary and not primary) for region in found if region.code not in taken]
    return tuple(sorted(merged, key=lambda region: (not region.primary, region.role == "dateline")))

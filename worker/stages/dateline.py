"""
Read the dateline: the place, date and agency that open a wire story.

Recognised by shape, not by agency: a place, perhaps a date, perhaps an agency in brackets or slashes, then a dash or full stop,
then a story that starts with a capital, a figure or a quotation mark. A line with neither date nor agency counts only if the place
is known. So "TEHRAN-based militias", "NATO said" and "Trump — the president — said" are left alone.
"""

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from worker.model import Dateline, Draft
from worker.rules.country_names import country_named
from worker.rules.gazetteer import Gazetteer, Sense
from worker.rules.load import Rules

__all__ = ["ReadDateline"]

REACH: Final = 420  # code points that a byline, a repeated headline and the dateline itself may take

_UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĖĘĚĞĢĪĮİĶĹĻĽŁŃŅŇŌŐŒŔŘŚŞŠŢŤŪŮŰŲŹŻŽȘȚА-ЯЁІЇЄΑ-Ω"
_LETTER = r"[^\W\d_]"
_WORD = rf"(?:(?:[{_UPPER}]\.){{2,4}}|[{_UPPER}](?:(?:{_LETTER}|['’`]|-(?=[^\W\d_])){{1,30}}(?<![^\W\d_]{{5}})\.?|(?:{_LETTER}|['’`]|-(?=[^\W\d_])){{4,30}}))"
_PARTICLE = (
    r"(?:de|del|della|di|da|do|dos|das|du|des|la|le|les|el|al|of|the|am|an|der|ob|auf|im|sur|sous|upon|on|and|und|et|y|e)"
)
_PLACE = rf"{_WORD}(?:(?:[ ]|[ ]?/[ ]?)(?:{_PARTICLE}[ ])?{_WORD}){{0,4}}"
_MONTH = (
    r"(?:jan|feb|f[eé]v|mar|m[aä]r|apr|avr|abr|ma[iyjg]|jun|jui|jul|giu|lug|aug|ao[uû]|ago|sep|set|ok?t|oc?t|out|nov|noi|de[cz]|d[eé]c|dic"
    r"|ene|gen|sty|lut|kwi|cze|sie|wrz|pa[zź]|gru|lis|led|úno|bře|dub|kvě|čer|srp|zář|říj|pro|sij|vel|ožu|tra|svi|kol|ruj|stu|янв|фев|мар|апр|ма[йя]|июн|июл|авг|сен|окт|ноя|дек|січ|лют|бер|кві|тра|чер|лип|сер|вер|жов|лис|гру)[^\W\d_]*\.?"
)
_DAY = r"(?:mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so|lun|mar|mer|gio|jeu|ven|sam|dim|dom|seg|ter|qua|qui|sex|s[aá]b|mi[eé]|jue|vie)"
_DATE = (
    rf"(?i:(?:{_DAY}[^\W\d_]*\.?,?[ ])?"
    rf"(?:{_MONTH}[ ]{{1,2}}\d{{1,2}}(?:st|nd|rd|th)?|\d{{1,2}}(?:\.|er|º|°|-е|th|st|nd|rd)?[ ]?(?:de[ ])?{_MONTH})(?:,?[ ](?:de[ ])?\d{{4}})?)"
    r"|\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{4}-\d\d-\d\d|\d{1,2}\.(?:0\d|1[0-2])\.?(?=[ ]\()"
)
_AGENCY = r"(?:\((?P<round>[^()\n]{0,60})\)|/(?P<slash>[^/\n()]{2,40})/)"
_DASH = r"(?:[ ]?(?:--+|—|―|–|−)[ ]?|[ ]-[ ]|\.[ ]?[-–—][ ]?)"
_STORY = rf"(?=[\s\"'“”„«‹‘¿¡(\[<]*[{_UPPER}\d])"

# place[, region][, date] [agency] dash
_REGION = rf"[{_UPPER}](?:\.[ ]?[{_UPPER}](?:{_LETTER}{{1,3}})?)+\.?|[{_UPPER}]{_LETTER}+\.?(?:[ ]{_WORD}){{0,2}}"
_MAIN = re.compile(
    rf"[*]{{0,4}}(?P<place>{_PLACE})(?P<region>(?:[ ]?,[ ](?!(?i:{_MONTH}[ ]?\d))(?:{_REGION})){{0,2}})"
    rf"(?:[ ]\((?P<where>{_WORD}(?:[ ]{_WORD}){{0,3}})\)(?=,[ ]))?"
    rf"(?:,?[ ]{{1,2}}(?P<date>{_DATE})\.?(?:,[ ](?P<bare>{_WORD}(?:[ ]{_WORD})?)(?=[ ]-))?)?"
    rf",?(?:[ ]*(?:[-–—]{{1,2}}[ ]*)?{_AGENCY})?:?"
    rf"(?P<dash>{_DASH}|(?<=\))[ ]?[:.][ ]|(?<=\))[ ]/[ ]|(?<=\))[ ]|(?<=/)[ ]?[.:][ ]?|(?<=\d)[ ]{{0,2}}-[ ]+)(?P<story>{_STORY})?"
)
# place, date. /agency/. and date (agency) dash, and (agency) - place, date dash
_TASS = re.compile(rf"(?P<place>{_PLACE}),[ ](?P<date>{_DATE})\.?[ ]/(?P<slash>[^/\n]{{2,40}})/\.?[ ]?(?:[-–—][ ])?{_STORY}")
_UNDATED = re.compile(rf"(?P<date>{_DATE}),?[ ](?:\((?P<round>[^()\n]{{2,60}})\)|/(?P<slash>[^/\n]{{2,40}})/){_DASH}{_STORY}")
_FIRST = re.compile(
    rf"[(\[](?P<round>[^()\[\]\n]{{2,40}})[)\]](?:{_DASH}|[ ]?[:.]?[ ]?)(?P<place>{_PLACE})(?:,[ ](?P<date>{_DATE})\.?)?(?P<dash>{_DASH}){_STORY}"
)
_AFTER = re.compile(rf"(?P<place>{_PLACE}),[ ](?P<date>{_DATE})\.?[ ]?[-–—][ ](?P<slash>{_WORD}(?:[ ]{_WORD})?)[.:][ ]{_STORY}")
_EAST = re.compile(
    r"(?P<slash>新华社|中新社|人民网|中新网|央广网)(?P<place>[^\d\s，。（）]{2,8}?)(?P<date>\d{1,2}月\d{1,2}日)?电[：:]?\s*"
    r"|【(?P<where>[^\d\s】＝=]{2,10})[＝=](?P<who>[^】]{2,16})】\s*"
    r"|[（(](?P<place2>[^\s()（）=＝]{2,8})[=＝](?P<round>[^()（）]{2,20})[)）]\s*"
)
# The shapes in their order, each with a sign that it can't match without.
_SHAPES: Final = ((_FIRST, ""), (_TASS, "/"), (_MAIN, ""), (_UNDATED, ""), (_AFTER, ""))
# No shape goes beyond its line, nor without one of these; nearly all lines have none.
_SIGN = re.compile(r"[-–—―−)/\n]")
# Where a dateline may start: a line, or behind a sentence (a headline that is repeated before it).
_LINE = re.compile(r"(?:^|\n)[ \t\u00a0]*(?=\S)")
_SENTENCE = re.compile(r"(?<=[.!?…”\"])[ \u00a0]+(?=\S)")
_NOT_PLACES = re.compile(
    r"(?i)^(?:by|von|par|por|da|di|update|correct|refile|urgent|breaking|exclusive|watch|analysis|factbox|video|photos?|live|read|in|on|at|the|mr|mrs|ms|dr|sen|rep)\b\.?"
)

# A name, or one lower-case word such as dpa: no sentence, no figure, no party and state.
_AGENCY_NAME = re.compile(
    r"^(?![A-Z]-|D[A-Z]{0,3}-)(?:[^\W\d_][\w&.'’+-]*(?:/[\w+-]+)*$|[A-Z\u00c0-\u024f\u0400-\u042f\d][^()]*$)"
)
_CITY: Final = 76  # half a million people, in the gazetteer's weights
_AT_HOME: Final = (
    16  # points of a national agency's country: sixteen times the people, so that VITORIA (EFE) is no port in Brazil
)
_REMEMBERED: Final = 4096  # look-ups kept: datelines repeat


class _Sender(NamedTuple):
    """The agency and the language that the source declares."""

    source: str
    language: str | None


class ReadDateline:
    """Set `dateline`."""

    name: Final = "dateline"
    writes: Final = ("dateline",)

    def __init__(self, rules: Rules) -> None:
        """Take the names of places from `rules`."""
        self._gazetteer = Gazetteer.from_rules(rules)
        self._known: dict[str, tuple[Sense, ...]] = {}

    def __call__(self, draft: Draft) -> None:
        """Read it from the text; where the text has none, from what the source says of where the story was written."""
        draft.dateline = self.read(draft.text, draft.decoded.source or "", draft.decoded.language)
        located = draft.decoded.item.get("located")
        if draft.dateline is None and isinstance(located, str) and located.strip():
            draft.dateline = Dateline(place=located.strip(), country=self._country(located, None, None))

    def read(self, text: str, source: str = "", language: str | None = None) -> Dateline | None:
        """
        Read the dateline at the head of `text`.

        Args:
            text: the plain text of the story.

            source: the agency that sent it: where a line names it in brackets, its place need not be known.

            language: as declared; of several places of one name, papers of the language mean those at home.

        Returns:
            The dateline, `end` being where the story starts; None if there is none.
        """
        head = text[:REACH]
        for line in _LINE.finditer(head):
            found = self._at(head, line.end(), _Sender(source, language), opens_line=True)
            if found is not None:
                return found
        if "(" not in head and "/" not in head:
            return None  # behind a sentence only an agency makes a dateline
        for space in _SENTENCE.finditer(head):
            found = self._at(head, space.end(), _Sender(source, language), opens_line=False)
            if found is not None:
                return found
        return None

    def _at(self, head: str, at: int, sender: "_Sender", *, opens_line: bool) -> Dateline | None:
        first = head[at]
        if not (first.isupper() or first.isdigit() or first in "([/*新中人央【（"):
            return None
        sign = _SIGN.search(head, at)
        for shape, needed in _SHAPES if sign is not None and sign[0] != "\n" else ():
            match = shape.match(head, at) if needed in head else None
            if match is not None:
                found = self._judge(match, sender, opens_line=opens_line)
                if found is not None:
                    return found
        match = _EAST.match(head, at) if opens_line else None
        if match is None:
            return None
        parts = match.groupdict()
        place = parts["place"] or parts["where"] or parts["place2"]
        agency = parts["slash"] or parts["who"] or parts["round"]
        return Dateline(
            place=place,
            country=self._country(place, None, None),
            agency=agency,
            date=parts["date"],
            text=match[0].strip(),
            end=match.end(),
        )

    def _judge(self, match: re.Match[str], sender: "_Sender", *, opens_line: bool) -> Dateline | None:
        parts = match.groupdict()
        place, region, date = parts.get("place"), parts.get("region"), parts.get("date")
        agency = parts.get("round") or parts.get("slash") or parts.get("bare")
        agency = agency.strip() if agency and agency.strip() else None
        if agency is not None and not _AGENCY_NAME.match(agency):
            return None
        marked = parts.get("round") is not None or parts.get("slash") is not None
        if not opens_line and not marked:
            return None
        if place is not None and _NOT_PLACES.match(place) and not (date and place.startswith("THE ")):
            return None
        if date is None and parts.get("story", "") is None:
            return None
        own = agency is not None and agency.casefold() in sender.source.casefold()
        if parts.get("dash") == " " and not (own and opens_line):
            return None  # only the sender's own name tells a dateline without a dash from a name with a note
        last = region.split(",")[-1].strip() if region else parts.get("where")
        country = self._country(place, last, self._homes(agency, sender.language)) if place else None
        sure = date is not None or (own and opens_line)
        if place is not None and not self._is_place(place, country, sure=sure, marked=marked, region=last):
            return None
        date = date.rstrip(".") if date else None
        return Dateline(place=place, country=country, agency=agency, date=date, text=match[0].rstrip(), end=match.end())

    def _is_place(self, place: str, country: str | None, *, sure: bool, marked: bool, region: str | None) -> bool:
        """Judge the place: the less a line has of date and agency, the better it must be known."""
        capitals = place == place.upper()
        if sure:
            return True
        if marked:
            return capitals or country is not None
        return country is not None and (capitals or region is not None or self._weight(place) >= _CITY)

    def _homes(self, agency: str | None, language: str | None) -> Mapping[int, int] | None:
        """Points for the countries where the language is spoken, and for that of a national agency."""
        known = self._gazetteer.agencies.get(agency.split("/", maxsplit=1)[0].casefold()) if agency else None
        spoken = (language or "en").split("-", maxsplit=1)[0].lower()
        homes = self._gazetteer.priors.get(spoken) if spoken != "en" else None
        return homes if known is None else {**(homes or {}), known: _AT_HOME}

    def _country(self, place: str, region: str | None, homes: Mapping[int, int] | None) -> str | None:
        for words in (region, place.split("/", maxsplit=1)[0]):
            senses = self._senses(words) if words else ()
            if senses:
                best = max(senses, key=lambda s: s.weight + homes.get(s.country, 0)) if homes else senses[0]
                return self._gazetteer.countries[best.country].code
            own = country_named(words) if words else None
            if own is not None:
                return own
        return None

    def _weight(self, place: str) -> int:
        senses = self._senses(place)
        return senses[0].weight if senses else 0

    def _senses(self, words: str) -> tuple[Sense, ...]:
        found = self._known.get(words)
        if found is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            name = self._gazetteer.find(words.rstrip("."))
            found = self._known[words] = tuple(s for s in name.senses if s.country >= 0) if name else ()
        return found

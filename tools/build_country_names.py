# ruff: noqa: INP001, T201 - a command, no part of a package
"""
Build the names that countries have in their own and other languages, for providers that name a country and give no code.

    uv pip install babel==2.18.0
    python tools/build_country_names.py

The result, `worker/rules/country_names.tsv`, has one country a line: its code, then names without accents in small letters. Names come
from Unicode CLDR (Unicode licence v3). Left out are names of two countries, and those that the gazetteer knows as a larger place
elsewhere (Granada, which is also what Spanish calls Grenada).
"""

import sys
from collections import defaultdict
from pathlib import Path

from babel import Locale

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from worker.rules.country_names import TABLE, plain_name  # noqa: E402
from worker.rules.gazetteer import Gazetteer  # noqa: E402
from worker.rules.load import Rules  # noqa: E402

LANGUAGES = (
    "ar az be bg bn bs ca cs da de el es et eu fa fi fr gl he hi hr hu hy id is it ja ka kk ko lt lv mk ms mt nb nl nn pl pt ro ru sk sl sq sr"
    " sr_Latn sv sw ta th tr uk ur uz vi zh zh_Hant"
).split()
# What newsrooms write and CLDR does not.
WRITTEN = {
    "US": "EUA;EE.UU.;EEUU;E.U.;États-Unis d'Amérique;Vereinigte Staaten von Amerika;Estados Unidos de América;VS;Yhdysvallat;США;米国;米;Stany Zjednoczone",
    "GB": "Großbritannien;Grande-Bretagne;Gran Bretaña;Gran Bretagna;Grã-Bretanha;Groot-Brittannië;Storbritannien;Storbritannia;Iso-Britannia;"
    "Великобритания;Wielka Brytania;英国;Velká Británie;Inglaterra;Angleterre",
    "NL": "Holland;Holanda;Hollande;Olanda;Голландия;Holandsko",
    "CZ": "Tschechische Republik;République tchèque;República Checa;Repubblica Ceca;Česká republika;Tsjechië;Чехия",
    "RU": "Russische Föderation;Fédération de Russie;Federación Rusa;РФ;Российская Федерация;俄国",
    "CN": "Volksrepublik China;República Popular China;КНР;中国大陆",
    "KR": "Südkorea;Corée du Sud;Corea del Sur;Corea del Sud;Coreia do Sul;韓国;韩国;南韓;한국",
    "KP": "Nordkorea;Corée du Nord;Corea del Norte;Corea del Nord;Coreia do Norte;КНДР;北朝鮮;朝鲜;북한",
    "TR": "Türkiye;Türkei;Turquie;Turquía;Turchia;Turquia;Turkije;Tyrkiet;Turkki;Турция",
    "BY": "Weißrussland;Biélorussie;Bielorrusia;Bielorussia;Белоруссия;Wit-Rusland",
    "MM": "Birma;Birmanie;Birmania;Бирма",
    "CI": "Elfenbeinküste;Costa de Marfil;Costa d'Avorio;Costa do Marfim;Ivoorkust",
    "AE": "VAE;EAU;ОАЭ;Emirats arabes unis;Emiratos Árabes",
    "CD": "RD Congo;RDC;RD Kongo;ДР Конго",
    "MK": "Nordmazedonien;Mazedonien;Macédoine;Macedonia del Norte;Македония",
    "IE": "Eire",
    "DE": "BRD;RFA;RFT;ФРГ;Bundesrepublik Deutschland",
}
LARGER = 64  # weight of 65,000 people


def main() -> None:
    """Write the table."""
    gazetteer = Gazetteer.from_rules(Rules())
    codes = {country.code: at for at, country in enumerate(gazetteer.countries)}
    meant: dict[str, set[str]] = defaultdict(set)
    for language in LANGUAGES:
        for code, name in Locale.parse(language).territories.items():
            if code in codes:
                for part in {name, name.split(" (")[0]}:
                    meant[plain_name(part)].add(code)
    for code, names in WRITTEN.items():
        for name in names.split(";"):
            meant[plain_name(name)] = {code}
    lines = defaultdict(list)
    for name, found in sorted(meant.items()):
        if len(found) > 1 or not name:
            continue
        (code,) = found
        known = gazetteer.find(name) or gazetteer.find(name.title())
        elsewhere = known and any(sense.country != codes[code] and sense.weight >= LARGER for sense in known.senses)
        if not elsewhere:
            lines[code].append(name)
    text = "# Names of countries in many languages, from Unicode CLDR (Unicode licence v3); tools/build_country_names.py makes this file.\n"
    text += "".join(f"{code}\t" + "\t".join(names) + "\n" for code, names in sorted(lines.items()))
    TABLE.write_text(text, encoding="utf-8")
    print(f"{len(lines)} countries, {sum(map(len, lines.values()))} names, {len(text.encode())} bytes")


if __name__ == "__main__":
    main()

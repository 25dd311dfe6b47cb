"""The demonstration records: calibrated to the claims, whole, invented and reproducible.

Everything is read from the Parquet files with plain SQL; only the reproduction test runs the
generator.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from analytics.model import RECORDS

ROOT = Path(__file__).resolve().parents[1]
DEMO = ROOT / "data" / "demo"
REFERENCE = ROOT / "data" / "reference"
STAGES = list(next(c for c in RECORDS["stage_events"].columns if c.name == "stage").values)
YI = 100_000_000
LAST_DAY = "2025-09-30"
JULY = "2021-07-19"
FEBRUARY = "2021-02-20"


@pytest.fixture(scope="module")
def db() -> Iterator[duckdb.DuckDBPyConnection]:
    """The committed files and the reference tables as relations."""
    connection = duckdb.connect()
    for name in RECORDS:
        connection.execute(f"create view {name} as from read_parquet('{DEMO / name}.parquet')")
    for file in sorted(REFERENCE.glob("*.csv")):
        connection.execute(
            f"create view {file.stem} as from read_csv('{file}', all_varchar = true, nullstr = '')"
        )
    connection.execute(
        """
        create view landings as
        select p.*, e.landed_on from projects p join (
            select project_id, min(entered_at) as landed_on from stage_events
            where stage = 'landed' and outcome = 'entered' group by project_id
        ) e using (project_id)
        """
    )
    connection.execute(
        "create view gba as select adcode from regions where in_gba in ('1', 'true')"
    )
    yield connection
    connection.close()


def one(db: duckdb.DuckDBPyConnection, sql: str) -> object:
    """The single value a query gives."""
    row = db.execute(sql).fetchone()
    assert row is not None
    return row[0]


def number(db: duckdb.DuckDBPyConnection, sql: str) -> float:
    """The single number a query gives."""
    value = one(db, sql)
    assert value is not None
    return float(str(value))


def column(db: duckdb.DuckDBPyConnection, sql: str) -> list[float]:
    """The first column a query gives, as numbers."""
    return [float(row[0]) for row in db.execute(sql).fetchall()]


# --- claims on the expo ---


def test_six_editions_to_2020(db: duckdb.DuckDBPyConnection) -> None:
    """S000-001, and one a year up to the last one held."""
    assert number(db, "select count(*) from expo_editions where opened_on <= '2020-12-31'") == 6
    years = column(db, "select edition from expo_editions order by 1")
    assert years == list(range(2015, 2025))
    assert one(db, "select bool_and(year = edition and year(opened_on) = year) from expo_editions")


def test_published_results(db: duckdb.DuckDBPyConnection) -> None:
    """S000-002: over ten thousand, below twenty."""
    sql = "select count(*) from expo_exhibits where published and edition <= 2020"
    assert 10_000 < number(db, sql) < 20_000


def test_landed_projects(db: duckdb.DuckDBPyConnection) -> None:
    """S000-003, S001-014: 600 odd in six editions, 163 of 2020, all by the day it was told."""
    by_july = f"select count(*) from landings where edition <= 2020 and landed_on <= '{JULY}'"
    assert 600 < number(db, by_july) < 700
    assert number(db, "select count(*) from landings where edition <= 2020") == number(db, by_july)
    assert number(db, "select count(*) from landings where edition = 2020") == 163
    assert (
        number(
            db, f"select count(*) from landings where edition = 2020 and landed_on <= '{FEBRUARY}'"
        )
        == 163
    )
    assert number(db, "select count(*) from landings where edition = 2015") == 4
    assert 495 <= number(db, "select count(*) from landings where edition <= 2019") <= 505


def test_landings_in_the_bay_area(db: duckdb.DuckDBPyConnection) -> None:
    """S001-002, S001-015: over 70 % of all expo landings, over 130 of 2020."""
    share = """
        select avg((landed_adcode in (from gba))::int) from landings
        where channel = 'expo' {}
    """
    assert number(db, share.format("and edition <= 2020")) > 0.70
    assert number(db, share.format("")) > 0.70
    sql = "select count(*) from landings where edition = 2020 and landed_adcode in (from gba)"
    assert 130 < number(db, sql) < 140


def test_transfer_value(db: duckdb.DuckDBPyConnection) -> None:
    """S000-004: nearly 50 billion; S001-016: about 8.89 billion."""
    six = "select sum(value_cny) from deals where channel = 'expo' and edition <= 2020 {}"
    assert 450 * YI <= number(db, six.format("")) <= 500 * YI
    assert number(db, six.format(f"and signed_on <= '{JULY}'")) == number(db, six.format(""))
    last = "select sum(value_cny) from deals where channel = 'expo' and edition = 2020 {}"
    assert number(db, last.format("")) == 88.9 * YI
    assert number(db, last.format(f"and signed_on <= '{FEBRUARY}'")) == 88.9 * YI


def test_exhibits_in_strategic_emerging_industries(db: duckdb.DuckDBPyConnection) -> None:
    """S000-005: over 80 % in each edition, whatever is made of the untold ones."""
    sql = """
        select count(*) filter (industry <> 'other') / count(*) from expo_exhibits
        group by edition
    """
    assert min(column(db, sql)) > 0.80


def test_forums_in_strategic_emerging_industries(db: duckdb.DuckDBPyConnection) -> None:
    """S000-006: over 70 % in each edition."""
    sql = """
        select count(*) filter (industry <> 'other') / count(*) from events
        where kind = 'forum' and channel = 'expo' group by edition
    """
    shares = column(db, sql)
    assert len(shares) == 10
    assert min(shares) > 0.70


def test_exhibits_from_abroad(db: duckdb.DuckDBPyConnection) -> None:
    """S000-007, S000-008: each year over 100 results from some tens of countries."""
    rows = db.execute(
        """
        select count(*), count(distinct origin_country) from expo_exhibits
        where origin_country <> 'CN' group by edition
        """
    ).fetchall()
    assert len(rows) == 10
    for results, countries in rows:
        assert 100 < results <= 200
        assert 20 <= countries <= 45
    assert (
        number(
            db,
            """
        select count(*) from expo_exhibits
        where (origin_country <> 'CN') <> (zone = 'international')
        """,
        )
        == 0
    )


def test_exhibits_from_the_bay_area(db: duckdb.DuckDBPyConnection) -> None:
    """S001-001: over half in each of 2018, 2019 and 2020; below it in the others."""
    rows = db.execute(
        """
        select edition, avg(coalesce(origin_adcode in (from gba), false)::int)
        from expo_exhibits group by edition
        """
    ).fetchall()
    for edition, share in rows:
        assert (share > 0.50) == (edition in (2018, 2019, 2020))
        assert share > 0.40


# --- claims on the trading centre, the showrooms and the bases ---


def test_trading_centre(db: duckdb.DuckDBPyConnection) -> None:
    """S000-009 to S000-012."""
    span = f"channel = 'centre' and {{}} between '2020-09-01' and '{JULY}'"
    events = f"select count(*) from events where {span.format('held_on')}"
    assert number(db, events + " and kind in ('matchmaking', 'roadshow')") == 18
    deals = f"from deals where {span.format('signed_on')}"
    assert number(db, f"select count(*) {deals}") == 117
    assert number(db, f"select sum(value_cny) {deals}") == 35.71 * YI
    first = (
        "select min(least(e, d)) from (select min(held_on) e from events where channel = "
        "'centre'), (select min(signed_on) d from deals where channel = 'centre')"
    )
    assert str(one(db, first)) >= "2020-09-01"


def test_showrooms(db: duckdb.DuckDBPyConnection) -> None:
    """S004-010, S004-011: 45 listings and over 415 million in the years the article tells."""
    listed = """
        select count(distinct project_id) from stage_events join projects using (project_id)
        where channel = 'showroom' and stage = 'listed' and entered_at <= '2023-12-31'
    """
    assert number(db, listed) == 45
    value = (
        "select sum(value_cny) from deals where channel = 'showroom' and year(signed_on) <= 2023"
    )
    assert 4.15 * YI <= number(db, value) < 4.2 * YI


@pytest.mark.parametrize(("day", "count"), [("2020-12-31", 36), (JULY, 66)])
def test_bases(db: duckdb.DuckDBPyConnection, day: str, count: int) -> None:
    """S000-013, S000-014."""
    assert number(db, f"select count(*) from bases where {open_on(day)}") == count


def test_bases_in_other_bay_area_cities(db: duckdb.DuckDBPyConnection) -> None:
    """S001-013: 16 in February 2021, without Guangzhou."""
    sql = f"""
        select count(*) from bases where {open_on(FEBRUARY)}
        and adcode in (from gba) and adcode not like '4401%'
    """
    assert number(db, sql) == 16


def open_on(day: str) -> str:
    """Condition for what is open on a day."""
    return f"opened_on <= '{day}' and (closed_on is null or closed_on > '{day}')"


# --- claims on the workstations ---


@pytest.fixture(scope="module")
def hosts(db: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """Stations open on the claims' day, with their return of 2020 and their outputs until then."""
    db.execute(
        f"""
        create or replace temp table hosts as
        select s.station_id, s.adcode, s.academicians, r.* exclude (station_id)
        from workstations s left join (
            select station_id,
                   sum(patents) as patents, sum(standards) as standards,
                   max(people) filter (year = 2020) as people,
                   bool_or(has_key_lab) filter (year = 2020) as key_lab,
                   bool_or(has_postdoc) filter (year = 2020) as postdoc,
                   bool_or(has_engineering_centre) filter (year = 2020) as centre
            from workstation_returns where year <= 2020 group by station_id
        ) r using (station_id)
        where {open_on(JULY)}
        """
    )
    return db


def test_academicians_in_guangzhou(hosts: duckdb.DuckDBPyConnection) -> None:
    """S000-015, and all stations of then in Guangzhou."""
    assert number(hosts, "select sum(academicians) from hosts where adcode like '4401%'") == 24
    assert one(hosts, "select bool_and(adcode like '4401%') from hosts")
    assert number(
        hosts, f"select count(*) from workstations where opened_on <= '{JULY}'"
    ) == number(hosts, "select count(*) from hosts")


def test_people(hosts: duckdb.DuckDBPyConnection) -> None:
    """S000-016: 500 odd."""
    assert 500 <= number(hosts, "select sum(people) from hosts") < 600


def test_intensity_and_spend(hosts: duckdb.DuckDBPyConnection) -> None:
    """S000-017 to S000-020, however three years are averaged."""
    three = """
        create or replace temp table three as
        select station_id, avg(rd_spend_cny) as spend, sum(rd_spend_cny) / 3 as spend_of_three,
               sum(rd_spend_cny) / sum(revenue_cny) as intensity,
               avg(rd_spend_cny / revenue_cny) as intensity_of_years
        from workstation_returns semi join hosts using (station_id)
        where year between 2018 and 2020 group by station_id
    """
    hosts.execute(three)
    assert number(hosts, "select count(*) from three") == number(
        hosts, "select count(*) from hosts"
    )
    for way in ("intensity", "intensity_of_years"):
        share = number(hosts, f"select avg(({way} > 0.5)::int) from three")
        assert 0.5 < share < 0.6
    for way in ("spend", "spend_of_three"):
        assert number(hosts, f"select avg(({way} > 10000000)::int) from three") == 0.5


def test_outputs_and_platforms(hosts: duckdb.DuckDBPyConnection) -> None:
    """S000-021 to S000-025."""
    assert number(hosts, "select count(*) from hosts where standards > 0") == 10
    assert 200 <= number(hosts, "select sum(patents) from hosts") <= 900
    assert number(hosts, "select count(*) from hosts where key_lab") == 8
    assert number(hosts, "select count(*) from hosts where postdoc") == 5
    assert number(hosts, "select count(*) from hosts where centre") == 15


# --- the records hold together ---


@pytest.mark.parametrize("name", sorted(RECORDS))
def test_schema(db: duckdb.DuckDBPyConnection, name: str) -> None:
    """Columns, order and types are the model's; what is required is there; codes are known."""
    found = db.execute(f"describe from read_parquet('{DEMO / name}.parquet')").fetchall()
    assert [(r[0], r[1]) for r in found] == [(c.name, c.type) for c in RECORDS[name].columns]
    for c in RECORDS[name].columns:
        if c.required:
            assert number(db, f"select count(*) from {name} where {c.name} is null") == 0, c.name
        if c.values:
            used = {r[0] for r in db.execute(f"select distinct {c.name} from {name}").fetchall()}
            assert used <= {*c.values, None}, c.name
        if c.reference:
            relation, key = c.reference.split(".")
            lost = (
                f"select count(*) from {name} where {c.name} is not null and {c.name}::varchar "
                f"not in (select {key}::varchar from {relation})"
            )
            assert number(db, lost) == 0, c.name


@pytest.mark.parametrize("name", sorted(RECORDS))
def test_keys(db: duckdb.DuckDBPyConnection, name: str) -> None:
    """A key names one row."""
    key = ", ".join(RECORDS[name].key)
    assert number(db, f"select count(*) from {name}") == number(
        db, f"select count(*) from (select distinct {key} from {name})"
    )


@pytest.mark.parametrize(
    "sql",
    [
        # events of a project: from its start, one a day, the first is 'collected'
        "select 1 from stage_events join projects using (project_id) where entered_at < started_on",
        "select 1 from stage_events group by project_id, entered_at having count(*) > 1",
        """select 1 from projects p anti join stage_events e on e.project_id = p.project_id
           and e.entered_at = p.started_on and stage = 'collected' and outcome = 'entered'""",
        # nothing after an end
        """select 1 from stage_events e join (select project_id, entered_at from stage_events
           where outcome = 'ended') x using (project_id) where e.entered_at > x.entered_at""",
        # landed exactly where the events say so
        """select 1 from projects p left join landings l using (project_id)
           where (p.landed_adcode is null) <> (l.landed_on is null)""",
        # contracted projects have a deal near that day, and expo deals a project that contracted
        """select 1 from (select project_id, min(entered_at) c from stage_events
           where stage = 'contracted' and outcome = 'entered' group by 1)
           left join (select project_id, min(signed_on) s from deals group by 1) using (project_id)
           where s is null or abs(s - c) > 40""",
        """select 1 from deals anti join (from stage_events where stage = 'contracted') c
           using (project_id) where channel = 'expo'""",
        "select 1 from deals where channel = 'expo' and (edition is null or project_id is null)",
        """select 1 from deals d join projects p using (project_id)
           where d.channel <> p.channel or d.edition is distinct from p.edition""",
        "select 1 from deals join landings using (project_id) where signed_on > landed_on",
        "select 1 from deals join projects using (project_id) where signed_on < started_on",
        """select 1 from landings join expo_editions using (edition)
           where landed_on < opened_on - 60 or started_on >= opened_on""",
        # dates in order, inside the records' span
        "select 1 from bases where closed_on <= opened_on",
        "select 1 from workstations where closed_on <= opened_on",
        "select 1 from workstations where (closed_on is null) = (status = 'closed')",
        "select 1 from expo_editions where closed_on < opened_on",
        f"select 1 from stage_events where entered_at not between '2015-01-01' and '{LAST_DAY}'",
        f"select 1 from deals where signed_on not between '2015-01-01' and '{LAST_DAY}'",
        f"select 1 from events where held_on not between '2015-01-01' and '{LAST_DAY}'",
        # an event belongs to its edition, and a deal to an event held before it
        """select 1 from events join expo_editions using (edition)
           where abs(held_on - opened_on) > 60""",
        "select 1 from events where (channel = 'expo') <> (edition is not null)",
        """select 1 from deals d join events e using (event_id)
           where d.signed_on < e.held_on or d.channel <> e.channel""",
        # money
        "select 1 from deals where value_cny <= 0 or technical_value_cny > value_cny",
        "select 1 from deals where technical_value_cny < 0.4 * value_cny",
        "select 1 from deals where registration_no is not null and length(registration_no) <> 16",
        "select registration_no from deals where registration_no is not null group by 1 "
        "having count(*) > 1",
        # abroad has no region code; Hong Kong, Macao and Taiwan are China
        "select 1 from deals where seller_country <> 'CN' and seller_adcode is not null",
        "select 1 from deals where buyer_country <> 'CN' and buyer_adcode is not null",
        "select 1 from expo_exhibits where origin_country <> 'CN' and origin_adcode is not null",
        # exhibits and their projects tell the same
        """select 1 from expo_exhibits x join projects p using (project_id)
           where x.edition <> p.edition or x.industry is distinct from p.industry
           or x.origin_adcode is distinct from p.origin_adcode""",
        """select 1 from projects anti join (from expo_exhibits where project_id is not null) x
           using (project_id) where channel = 'expo' and edition is not null""",
        "select 1 from projects where channel <> 'expo' and edition is not null",
        "select 1 from landings where channel = 'expo' and edition is null",
        "select 1 from projects where subindustry not like industry || '.%'",
        # a base is open when a deal or landing goes through it
        """select 1 from deals d join bases b using (base_id) where d.signed_on < b.opened_on
           or d.signed_on >= coalesce(b.closed_on, date '2999-01-01')""",
        """select 1 from landings l join bases b using (base_id) where l.landed_on < b.opened_on
           or l.landed_on >= coalesce(b.closed_on, date '2999-01-01')""",
        # returns from the year of opening on
        """select 1 from workstation_returns r join workstations s using (station_id)
           where r.year < year(s.opened_on) or r.year > 2024 or r.year > year(s.closed_on)""",
        """select 1 from base_returns r join bases b using (base_id)
           where r.year < year(b.opened_on) or r.year > 2024 or r.year > year(b.closed_on)""",
        "select 1 from base_returns where demands < matches or matches < landings",
        # organisations are where they are said to be
        """select 1 from deals d join organisations o on o.organisation_id = d.seller_id
           where left(o.adcode, 4) <> left(d.seller_adcode, 4) or o.country <> d.seller_country""",
        """select 1 from workstations s join organisations o on o.organisation_id = s.host_id
           where o.kind <> 'enterprise' or o.adcode <> s.adcode""",
    ],
)
def test_no_row_breaks_the_rule(db: duckdb.DuckDBPyConnection, sql: str) -> None:
    """Each query finds what must not be."""
    assert db.execute(sql).fetchall() == []


def test_base_returns_repeat_the_records(db: duckdb.DuckDBPyConnection) -> None:
    """Landings and value of a base and year are those of its projects and deals."""
    sql = """
        select 1 from base_returns r
        left join (select base_id, year(landed_on) as year, count(*) as n from landings
                   where base_id is not null group by all) l using (base_id, year)
        left join (select base_id, year(signed_on) as year, sum(value_cny) as v from deals
                   where base_id is not null group by all) d using (base_id, year)
        where r.landings <> coalesce(n, 0) or r.value_cny <> coalesce(v, 0)
    """
    assert db.execute(sql).fetchall() == []
    told = "select sum(landings) from base_returns"
    there = "select count(*) from landings where base_id is not null and landed_on <= '2024-12-31'"
    assert number(db, told) == number(db, there)


def test_platforms_and_people_only_grow(db: duckdb.DuckDBPyConnection) -> None:
    """What a host has it keeps; people brought in are counted since the opening."""
    for name in ("has_key_lab", "has_postdoc", "has_engineering_centre", "people"):
        sql = f"""
            select 1 from (select {name}::int as now, lag({name}::int) over (
                partition by station_id order by year) as was from workstation_returns)
            where now < was
        """
        assert db.execute(sql).fetchall() == [], name


def test_valley_of_death_is_the_narrowest_gate(db: duckdb.DuckDBPyConnection) -> None:
    """Of the projects begun before 2020, about half of those at the second gate passed it."""
    db.execute(
        f"""
        create or replace temp table reached as
        select project_id, max(list_position({STAGES}, stage)) as furthest,
               min(entered_at) as first_on
        from stage_events where outcome in ('entered', 'returned') group by project_id
        """
    )
    passed = {
        gate: number(
            db,
            f"""
            select avg((furthest > {STAGES.index(gate) + 1})::int) from reached
            where furthest >= {STAGES.index(gate) + 1} and first_on < '2020-01-01'
            """,
        )
        for gate in ("screened", "pilot", "contracted")
    }
    assert min(passed, key=lambda gate: passed[gate]) == "pilot"
    assert 0.42 < passed["pilot"] < 0.55


def test_points_lie_in_their_place(db: duckdb.DuckDBPyConnection) -> None:
    """A station's or base's point is near its region's, and within the outline if there is one."""
    outlines = [
        feature
        for name in ("guangzhou", "gba")
        for feature in json.loads((ROOT / f"data/geo/{name}.geojson").read_text("utf-8"))[
            "features"
        ]
    ]
    by_code = {str(f["properties"]["adcode"]): f["geometry"] for f in outlines}
    for table in ("bases", "workstations"):
        rows = db.execute(
            f"""
            select t.adcode, r.city, t.lon, t.lat, r.lon::double, r.lat::double
            from {table} t join regions r using (adcode)
            """
        ).fetchall()
        for adcode, city, lon, lat, centre_lon, centre_lat in rows:
            assert abs(lon - centre_lon) < 0.05 and abs(lat - centre_lat) < 0.05
            outline = by_code.get(adcode) or by_code.get(city)
            assert outline is None or inside(lon, lat, outline), (table, adcode, lon, lat)


def inside(lon: float, lat: float, geometry: dict[str, object]) -> bool:
    """Whether a point lies in a polygon or one of several, by the even-odd rule."""
    shapes = geometry["coordinates"]
    assert isinstance(shapes, list)
    polygons = shapes if geometry["type"] == "MultiPolygon" else [shapes]
    crossings = 0
    for ring in (ring for polygon in polygons for ring in polygon):
        for (x1, y1), (x2, y2) in zip(ring, ring[1:], strict=False):
            if (y1 > lat) != (y2 > lat) and lon < x1 + (lat - y1) / (y2 - y1) * (x2 - x1):
                crossings += 1
    return crossings % 2 == 1


# --- invented, small, reproducible ---


def test_names_are_plainly_invented(db: duckdb.DuckDBPyConnection) -> None:
    """No name could be taken for a real one, and nobody is named."""
    for table, name in (
        ("organisations", "name"),
        ("workstations", "name"),
        ("bases", "name"),
        ("projects", "title"),
    ):
        wrong = f"select count(*) from {table} where not regexp_full_match({name}, '示例\\S+ \\d+')"
        assert number(db, wrong) == 0, table
    assert number(db, "select count(*) from organisations where uscc not like 'DEMO%'") == 0
    personal = ("person", "phone", "mobile", "email", "contact", "id_card")
    for dataset in RECORDS.values():
        assert not [c.name for c in dataset.columns if any(p in c.name for p in personal)]


def test_manifest(db: duckdb.DuckDBPyConnection) -> None:
    """The manifest tells the truth about the files, and that they are a demonstration."""
    manifest = json.loads((DEMO / "manifest.json").read_text("utf-8"))
    assert manifest["kind"] == "demonstration"
    assert set(manifest["datasets"]) == set(RECORDS)
    whole = hashlib.sha256()
    for name in RECORDS:
        content = (DEMO / f"{name}.parquet").read_bytes()
        whole.update(content)
        told = manifest["datasets"][name]
        assert told["sha256"] == hashlib.sha256(content).hexdigest()
        assert told["rows"] == number(db, f"select count(*) from {name}")
        assert told["complete_until"] in ("2024-12-31", LAST_DAY, "2025-12-31")
    assert manifest["snapshot"] == f"demo-{whole.hexdigest()[:12]}"
    assert sum(file.stat().st_size for file in DEMO.iterdir()) < 6_000_000


def test_generator_reproduces_the_committed_files(tmp_path: Path) -> None:
    """Two runs give the same bytes, and these are the committed ones."""
    from analytics.records.demo import write

    for run in ("one", "two"):
        write(tmp_path / run)
        for file in sorted(DEMO.iterdir()):
            assert (tmp_path / run / file.name).read_bytes() == file.read_bytes(), file.name


def test_scale_multiplies_the_many_and_keeps_the_few() -> None:
    """At scale 3 deals, exhibits, events and projects grow about threefold, stations do not."""
    from analytics.records.demo import generate

    manifest = json.loads((DEMO / "manifest.json").read_text("utf-8"))["datasets"]
    made = generate(scale=3)
    for name in ("deals", "expo_exhibits", "events", "projects", "stage_events", "organisations"):
        assert 2.7 < len(made[name]) / manifest[name]["rows"] < 3.3, name
    for name in ("bases", "base_returns", "workstations", "workstation_returns", "expo_editions"):
        assert len(made[name]) == manifest[name]["rows"], name

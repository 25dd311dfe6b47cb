-- One row per yearly return and the days on which it is the latest of an open station.
with returned as (
    select
        *,
        make_date(year, 12, 31) as returned_on,
        sum(standards) over (partition by station_id order by year) as standards_so_far,
        lead(make_date(year, 12, 31)) over (partition by station_id order by year) as next_on
    from stored.workstation_returns
)
select
    r.*,
    w.adcode,
    w.industry,
    w.kind,
    w.is_rural,
    least(r.next_on, w.closed_on) as replaced_on
from returned as r
join stored.workstations as w using (station_id)

-- One row per workstation open at the period's end, or closed within the period.
with stations as (
    select
        *,
        closed_on is not null and closed_on <= coalesce($until::date, date '9999-12-31') as is_closed
    from workstations_undated
    where opened_on <= coalesce($until::date, date '9999-12-31')
),
latest as (
    select station_id, people
    from station_standings_undated
    where returned_on <= coalesce($until::date, date '9999-12-31')
    qualify row_number() over (partition by station_id order by year desc) = 1
)
select
    s.station_id as station,
    s.kind as station_kind,
    s.industry,
    s.adcode as place,
    o.name as host,
    s.lon,
    s.lat,
    s.opened_on,
    case when s.is_closed then s.closed_on end as closed_on,
    case when s.is_closed then 'closed' when s.status = 'warned' then 'warned' else 'active' end
        as station_state,
    s.academicians,
    s.is_rural,
    coalesce(l.people, 0) as people
from stations as s
left join latest as l on l.station_id = s.station_id
left join organisations_all as o on o.organisation_id = s.host_id
where not s.is_closed or s.closed_on >= coalesce($since::date, date '0001-01-01')
order by people desc, station

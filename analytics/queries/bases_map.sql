-- One row per year's end, base open on it and place where its projects had landed by then.
--
-- A base without landings has one row without a landed place; while there are no records of projects
-- and their stages at all, landings are unknown. The last year ends with the period or with the
-- records.
with years as (
    select
        year(first_day) as year,
        least(
            last_day, coalesce($until::date, last_day), coalesce($complete_until::date, last_day)
        ) as as_of
    from calendar
    where grain = 'year'
      and last_day >= coalesce($since::date, last_day)
      and first_day <= coalesce($until::date, first_day)
      and first_day <= coalesce($complete_until::date, first_day)
),
standing as (
    select y.year, y.as_of, b.*
    from years as y
    join bases_undated as b
        on b.opened_on <= y.as_of and (b.closed_on is null or b.closed_on > y.as_of)
    where b.lon is not null and b.lat is not null
),
known as (
    select
        (select count(*) from projects_all) > 0
        and (select count(*) from stage_events_all) > 0 as is_known
),
landed as (
    select s.year, s.base_id, l.landed_adcode, count(*) as landings
    from standing as s
    join landings_undated as l on l.base_id = s.base_id and l.landed_on <= s.as_of
    group by s.year, s.base_id, l.landed_adcode
)
select
    s.year,
    s.as_of,
    s.base_id as base,
    s.host_kind,
    s.adcode as place,
    s.lon,
    s.lat,
    s.opened_on,
    l.landed_adcode as landed_place,
    r.lon as to_lon,
    r.lat as to_lat,
    case when k.is_known then coalesce(l.landings, 0) end as landings
from standing as s
cross join known as k
left join landed as l on l.year = s.year and l.base_id = s.base_id
left join regions as r on r.adcode = l.landed_adcode
order by s.year, s.base_id, landings desc, landed_place

-- One row per year in which projects started.
--
-- landed is estimated at the end of follow-up, which is shorter for younger cohorts, and, so that
-- cohorts can be compared, within 3 years of the start: null until a cohort was followed so long.
with horizon as (
    select 3 * 365 + 1 as days
),
started as (
    select year(started_on) as year, count(*) as projects from projects group by year(started_on)
),
reached as (
    select
        year(started_on) as year,
        count(*) filter (where code = 'cultivated') as reached_development,
        count(*) filter (where code = 'matched') as reached_commercialisation,
        count(*) filter (where code = 'landed') as reached_landing
    from stage_spells
    where kind = 'stage'
    group by year(started_on)
),
ways as (
    select * from stage_conversions where kind = 'way'
),
followed as (
    select part, max(days) as longest from stage_curves where kind = 'way' group by part
),
within_horizon as (
    select c.*
    from stage_curves as c
    join horizon as h on c.days <= h.days
    where c.kind = 'way'
    qualify row_number() over (partition by c.part order by c.days desc) = 1
),
spans as (
    select w.part, w.reached, f.longest,
        date_diff('day', make_date(cast(w.part as integer), 1, 1), $complete_until::date) >= h.days
            as is_followed
    from ways as w
    join followed as f on f.part = w.part
    cross join horizon as h
    where w.part not in ('selected', 'rest', 'everyone')
)
select
    s.year,
    s.projects,
    coalesce(r.reached_development, 0) as reached_development,
    coalesce(r.reached_commercialisation, 0) as reached_commercialisation,
    coalesce(r.reached_landing, 0) as reached_landing,
    w.conversion as landed,
    w.conversion_low as landed_low,
    w.conversion_high as landed_high,
    case when p.is_followed then coalesce(i.conversion, 0) end as landed_in_time,
    case when p.is_followed then coalesce(i.conversion_low, 0) end as landed_in_time_low,
    case when p.is_followed
        then coalesce(i.conversion_high, 1 - power(0.025, 1e0 / p.reached)) end as landed_in_time_high,
    coalesce($complete_until::date < make_date(s.year, 12, 31), false) as incomplete
from started as s
left join reached as r on r.year = s.year
left join ways as w on w.part = cast(s.year as varchar)
left join within_horizon as i on i.part = w.part
left join spans as p on p.part = w.part
order by s.year

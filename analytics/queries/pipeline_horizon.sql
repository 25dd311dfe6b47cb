-- One row per stage and per gate: conversion within so many days of reaching it.
with rows_wanted as (
    select 'stage' as kind, code, rank as stage_rank from stages where rank < (select max(rank) from stages)
    union all
    select 'gate', g.code, s.rank from gates as g join stages as s on s.code = g.after_stage
),
counts as (
    select kind, code, count(*) as reached
    from stage_spells
    where kind in ('stage', 'gate')
    group by kind, code
),
reached_days as (
    select * from stage_curves where part = 'selected' and days <= $horizon_days::integer
),
latest as (
    select *
    from reached_days
    qualify row_number() over (partition by kind, code order by days desc) = 1
)
select
    r.kind,
    r.code,
    $horizon_days::integer as horizon_days,
    coalesce(c.reached, 0) as reached,
    case when c.reached > 0 then coalesce(l.conversion, 0) end as conversion,
    case when c.reached > 0 then coalesce(l.conversion_low, 0) end as conversion_low,
    case when c.reached > 0
        then coalesce(l.conversion_high, 1 - power(0.025, 1e0 / c.reached)) end as conversion_high
from rows_wanted as r
left join counts as c on c.kind = r.kind and c.code = r.code
left join latest as l on l.kind = r.kind and l.code = r.code
order by r.stage_rank, r.kind desc

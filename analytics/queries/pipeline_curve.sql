-- One row per day on which a project leaves one stage, gate, phase or the whole way, and day 0.
with counted as (
    select count(*) as reached from stage_spells where code = $gate
),
beginning as (
    select 0 as days, cast(reached as bigint) as at_risk, 0 as advanced, 0 as ended
    from counted
    where reached > 0
),
curve as (
    select * from stage_curves where part = 'selected' and code = $gate
)
select
    0 as days,
    b.at_risk,
    0e0 as conversion,
    0e0 as conversion_low,
    0e0 as conversion_high,
    0e0 as ended_share,
    1e0 as waiting
from beginning as b
where not exists (select 1 from curve where days = 0)
union all
select
    days,
    cast(at_risk as bigint),
    conversion,
    conversion_low,
    conversion_high,
    ended_share,
    greatest(1 - conversion - ended_share, 0)
from curve
order by days

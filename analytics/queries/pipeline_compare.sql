-- One row per gate and group: the selected projects, and the rest of the same period.
--
-- Where the period alone selects, the rest are the projects of the other periods. difference is the
-- selected's conversion less the rest's; its interval is composed of the two groups' own (MOVER:
-- Newcombe 1998, Zou & Donner 2008), so it holds where one of them is 0 or 1.
with compared as (
    select 'selected' as part, 1 as part_rank
    union all
    select 'rest', 2
),
sizes as (
    select 'selected' as part, count(*) as projects from stage_spells where kind = 'way'
    union all
    select part, reached from stage_conversions where part = 'rest' and kind = 'way'
),
estimates as (
    select * from stage_conversions where part in ('selected', 'rest') and kind = 'gate'
),
differences as (
    select
        s.code,
        s.conversion - r.conversion as difference,
        s.conversion - r.conversion - sqrt(
            power(s.conversion - s.conversion_low, 2) + power(r.conversion_high - r.conversion, 2)
        ) as difference_low,
        s.conversion - r.conversion + sqrt(
            power(s.conversion_high - s.conversion, 2) + power(r.conversion - r.conversion_low, 2)
        ) as difference_high
    from estimates as s
    join estimates as r on r.code = s.code and r.part = 'rest'
    where s.part = 'selected'
)
select
    g.code,
    g.rank,
    c.part as compared_part,
    coalesce(z.projects, 0) as projects,
    coalesce(e.reached, 0) as reached,
    coalesce(e.moved_on, 0) as moved_on,
    coalesce(e.in_progress, 0) as in_progress,
    coalesce(e.ended, 0) as ended,
    e.conversion,
    e.conversion_low,
    e.conversion_high,
    e.median_days,
    d.difference,
    d.difference_low,
    d.difference_high
from gates as g
cross join compared as c
left join estimates as e on e.code = g.code and e.part = c.part
left join differences as d on d.code = g.code
left join sizes as z on z.part = c.part
order by g.rank, c.part_rank

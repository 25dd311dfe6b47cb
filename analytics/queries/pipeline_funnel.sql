-- One row per stage and per gate, in the order in which a project meets them.
with rows_wanted as (
    select 'stage' as kind, code, rank, rank as stage_rank, phase, rank < max(rank) over () as leads_on
    from stages
    union all
    select 'gate', g.code, g.rank, s.rank, s.phase, true
    from gates as g
    join stages as s on s.code = g.after_stage
),
estimates as (
    select * from stage_conversions where part = 'selected'
)
select
    r.kind,
    r.code,
    r.rank,
    r.phase,
    coalesce(e.reached, 0) as reached,
    coalesce(e.moved_on, 0) as moved_on,
    coalesce(e.in_progress, 0) as in_progress,
    coalesce(e.ended, 0) as ended,
    coalesce(e.skipped, 0) as skipped,
    case when r.leads_on then e.conversion end as conversion,
    case when r.leads_on then e.conversion_low end as conversion_low,
    case when r.leads_on then e.conversion_high end as conversion_high,
    case when r.leads_on then e.median_days end as median_days,
    case when r.leads_on then e.median_low end as median_low_days,
    case when r.leads_on then e.median_high end as median_high_days,
    case when r.leads_on then e.q1_days end as q1_days,
    case when r.leads_on then e.q3_days end as q3_days,
    case when r.leads_on then e.advance_days end as advance_days
from rows_wanted as r
left join estimates as e on e.kind = r.kind and e.code = r.code
order by r.stage_rank, r.kind desc

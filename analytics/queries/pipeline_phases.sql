-- One row per phase and per gate, in the order in which a project meets them.
--
-- A phase counts those that reached its first stage, and advances to its last, where its gate lies.
with rows_wanted as (
    select 'phase' as kind, code, rank, rank as phase_rank, code as phase from phases
    union all
    select 'gate', g.code, g.rank, p.rank, p.code
    from gates as g
    join stages as s on s.code = g.after_stage
    join phases as p on p.code = s.phase
),
estimates as (
    select * from stage_conversions where part = 'selected'
)
select
    r.kind,
    r.code,
    r.rank,
    r.phase,
    coalesce(e.reached, 0) as entered,
    coalesce(e.moved_on, 0) as advanced,
    coalesce(e.in_progress, 0) as in_progress,
    coalesce(e.ended, 0) as ended,
    e.conversion,
    e.conversion_low,
    e.conversion_high
from rows_wanted as r
left join estimates as e on e.kind = r.kind and e.code = r.code
order by r.phase_rank, r.kind desc

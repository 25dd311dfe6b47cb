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
counts as (
    select
        kind,
        code,
        count(*) as entered,
        count(*) filter (where status = 1) as advanced,
        count(*) filter (where status = 0) as in_progress,
        count(*) filter (where status = 2) as ended
    from stage_spells
    where kind in ('phase', 'gate')
    group by kind, code
),
estimates as (
    select * from stage_conversions where part = 'selected' and kind in ('phase', 'gate')
)
select
    r.kind,
    r.code,
    r.rank,
    r.phase,
    coalesce(c.entered, 0) as entered,
    coalesce(c.advanced, 0) as advanced,
    coalesce(c.in_progress, 0) as in_progress,
    coalesce(c.ended, 0) as ended,
    e.conversion,
    e.conversion_low,
    e.conversion_high
from rows_wanted as r
left join counts as c on c.kind = r.kind and c.code = r.code
left join estimates as e on e.kind = r.kind and e.code = r.code
order by r.phase_rank, r.kind desc

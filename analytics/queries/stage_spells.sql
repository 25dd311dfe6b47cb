-- One row per project and step whose beginning it reached: a stage, a gate, a phase, the whole way.
--
-- A step leads from a stage to a later one: a stage to the next, a gate over its gap, a phase from
-- its first stage to its last, the way from the first stage to landing. A stage is reached on the
-- first day on which it or a later one is entered, so a project that skips a stage reaches it on the
-- day it reaches the next (0 days, skipped), and one that goes back stays beyond what it has reached.
-- days run from reaching the step's beginning to status 1 (its end is reached), 2 (the project ends
-- before that) or 0 (neither until the records are complete: censored). An end that is followed by
-- another entry is no end. Nothing after the records' end is read.
with known as (
    select coalesce($complete_until::date, max(entered_at)) as until
    from stored.stage_events
),
events as (
    select
        e.project_id,
        e.entered_at,
        s.rank,
        e.outcome in ('entered', 'returned') as is_entry,
        e.outcome = 'ended' as is_end
    from stored.stage_events as e
    join stages as s on s.code = e.stage
    join known as k on e.entered_at <= k.until
),
entries as (
    select
        project_id,
        entered_at,
        rank,
        coalesce(max(rank) over (
            partition by project_id order by entered_at, rank
            rows between unbounded preceding and 1 preceding
        ), 0) as rank_before
    from events
    where is_entry
),
advances as (
    select project_id, entered_at, rank, rank_before from entries where rank > rank_before
),
ends as (
    select project_id, max(entered_at) filter (where is_end) as ended_on
    from events
    where is_entry or is_end
    group by project_id
    having max(entered_at) filter (where is_end) >= max(entered_at) filter (where is_entry)
),
steps as (
    select 'stage' as kind, code, rank as from_rank, lead(rank) over (order by rank) as to_rank
    from stages
    union all
    select 'gate', g.code, a.rank, b.rank
    from gates as g
    join stages as a on a.code = g.after_stage
    join stages as b on b.code = g.before_stage
    union all
    select 'phase', phase, min(rank), max(rank) from stages group by phase
    union all
    select 'way', 'landing', min(rank), max(rank) filter (where code = 'landed') from stages
),
begun as (
    select
        a.project_id,
        s.kind,
        s.code,
        s.to_rank,
        a.entered_at as began_on,
        coalesce(a.rank >= s.to_rank, false) as skipped
    from advances as a
    join steps as s on s.from_rank > a.rank_before and s.from_rank <= a.rank
),
finished as (
    select
        b.*,
        a.entered_at as advanced_on,
        e.ended_on,
        date_diff('day', b.began_on, coalesce(a.entered_at, e.ended_on, k.until)) as days
    from begun as b
    cross join known as k
    left join advances as a
        on a.project_id = b.project_id and a.rank_before < b.to_rank and a.rank >= b.to_rank
    left join ends as e on e.project_id = b.project_id
)
select
    p.project_id,
    p.started_on,
    p.origin_adcode,
    p.landed_adcode,
    p.industry,
    p.subindustry,
    p.channel,
    p.edition,
    f.kind,
    f.code,
    f.began_on,
    f.skipped,
    f.days,
    case
        when f.advanced_on is not null then 1
        when f.ended_on is not null then 2
        else 0
    end as status
from finished as f
join stored.projects as p on p.project_id = f.project_id

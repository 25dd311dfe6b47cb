-- One row per project that stalls now.
--
-- reported: its last event says so. overdue: it has been in its present stage, one before landing,
-- for more than twice the median stay there of all projects (so that a filter changes no verdict).
-- A project that ended, or came to the last stage, does not stall.
with limits as (
    select max(rank) as last_rank, max(rank) filter (where code = 'landed') as landed_rank
    from stages
),
events as (
    select
        e.project_id,
        e.stage,
        s.rank,
        e.outcome,
        e.entered_at,
        e.outcome in ('entered', 'returned') as is_entry,
        e.outcome = 'stalled' as is_stall
    from stage_events as e
    join stages as s on s.code = e.stage
    where e.entered_at <= $complete_until
),
present as (
    select project_id, stage, rank, entered_at as since
    from events
    where is_entry
    qualify row_number() over (partition by project_id order by entered_at desc, rank desc) = 1
),
closed as (
    select project_id
    from events
    group by project_id
    having max(entered_at) filter (where outcome = 'ended')
        >= max(entered_at) filter (where is_entry)
),
latest as (
    select project_id, is_stall
    from events
    qualify row_number() over (
        partition by project_id order by entered_at desc, is_stall desc, rank desc
    ) = 1
),
medians as (
    select code, median_days from stage_conversions where part = 'everyone' and kind = 'stage'
),
placed as (
    select
        p.project_id,
        p.stage,
        p.rank,
        p.since,
        date_diff('day', p.since, $complete_until::date) as days,
        2 * m.median_days as twice_median,
        l.is_stall as is_reported,
        coalesce(
            date_diff('day', p.since, $complete_until::date) > 2 * m.median_days
                and p.rank < x.landed_rank,
            false
        ) as is_overdue
    from present as p
    join latest as l on l.project_id = p.project_id
    left join medians as m on m.code = p.stage
    cross join limits as x
    where p.rank < x.last_rank and p.project_id not in (select project_id from closed)
)
select
    s.project_id,
    p.title,
    s.stage,
    s.since,
    s.days,
    s.twice_median,
    split_part(p.industry, '.', 1) as industry,
    case
        when substr(p.origin_adcode, 1, 2) in ('81', '82') or substr(p.origin_adcode, 3, 2) = '90'
            then p.origin_adcode
        when substr(p.origin_adcode, 3, 4) = '0000' then null
        else substr(p.origin_adcode, 1, 4) || '00'
    end as city,
    p.channel,
    case
        when s.is_reported and s.is_overdue then 'both'
        when s.is_reported then 'reported'
        else 'overdue'
    end as reason
from placed as s
join projects as p on p.project_id = s.project_id
where s.is_reported or s.is_overdue
order by s.days desc, s.project_id

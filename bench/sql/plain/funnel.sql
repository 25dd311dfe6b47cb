-- One row: results shown, matchmaking events, contracts, projects landed.
with firsts as (
    select project_id, min(entered_at) as landed_on
    from stage_events
    where stage = 'landed' and outcome in ('entered', 'returned')
    group by project_id
),
landings as (
    select * from projects join firsts using (project_id)
)
select
    (select count(*) from expo_exhibits join expo_editions using (edition) where {exhibits}) as shown,
    (select count(*) from events where kind in ('matchmaking', 'roadshow') and {events}) as matched,
    (select count(*) from deals where {deals}) as contracted,
    (select count(*) from landings where {landings}) as landed

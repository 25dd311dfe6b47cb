-- One row per project that landed, on the day it first did.
with firsts as (
    select project_id, min(entered_at) as landed_on
    from stored.stage_events
    where stage = 'landed' and outcome in ('entered', 'returned')
    group by project_id
)
select p.*, f.landed_on
from stored.projects as p
join firsts as f using (project_id)

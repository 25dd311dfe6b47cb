-- One row per project that was listed for sale, on the day it first was.
with firsts as (
    select project_id, min(entered_at) as listed_on
    from stored.stage_events
    where stage = 'listed' and outcome in ('entered', 'returned')
    group by project_id
)
select p.*, f.listed_on
from stored.projects as p
join firsts as f using (project_id)

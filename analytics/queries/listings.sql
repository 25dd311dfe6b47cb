-- One row: projects that were listed in the period, each once.
select count(distinct project_id) as listings
from stage_events_undated
where stage = 'listed'
  and outcome = 'entered'
  and entered_at >= coalesce($since, date '0001-01-01')
  and entered_at <= coalesce($until, $complete_until)

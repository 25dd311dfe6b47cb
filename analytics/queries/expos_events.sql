-- One row per edition that opened in the period and kind of event, whenever it was held.
select
    e.edition,
    v.kind as event_kind,
    count(*) as "events.events",
    count(*) filter (where v.is_strategic) as strategic_events,
    count(*) filter (where v.is_strategic) / nullif(count(*) * 1e0, 0) as strategic_share,
    sum(v.participants) as "events.participants"
from events_undated as v
join expo_editions as e on e.edition = v.edition
group by e.edition, v.kind
order by e.edition, count(*) desc, v.kind

-- One row: the base $base, with the projects that landed through it; unknown without any records of
-- projects and their stages.
select
    b.base_id as base,
    b.host_kind,
    b.adcode as place,
    b.opened_on,
    b.closed_on,
    case
        when (select count(*) from projects_all) > 0
            and (select count(*) from stage_events_all) > 0
            then (select count(*) from landings_all as l where l.base_id = $base)
    end as landings
from bases_all as b
where b.base_id = $base

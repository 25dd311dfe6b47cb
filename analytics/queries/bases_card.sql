-- One row: the base $base, with the projects that landed through it.
select
    b.base_id as base,
    b.host_kind,
    b.adcode as place,
    b.opened_on,
    b.closed_on,
    (select count(*) from landings_all as l where l.base_id = $base) as landings
from bases_all as b
where b.base_id = $base

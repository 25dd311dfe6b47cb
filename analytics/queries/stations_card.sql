-- One row: the workstation $station.
select
    s.station_id as station,
    s.kind as station_kind,
    o.name as host,
    s.adcode as place,
    s.industry,
    s.opened_on,
    s.closed_on,
    case when s.closed_on is not null then 'closed' else coalesce(s.status, 'active') end
        as station_state,
    s.academicians,
    s.is_rural
from workstations_all as s
left join organisations_all as o on o.organisation_id = s.host_id
where s.station_id = $station

-- One row per yearly return of the workstation $station.
select
    year,
    people,
    cast(rd_spend_cny as double) as rd_spend,
    cast(revenue_cny as double) as revenue,
    cast(rd_spend_cny as double) / nullif(cast(revenue_cny as double), 0) as intensity,
    patents,
    standards,
    coalesce(has_key_lab, false) as has_key_lab,
    coalesce(has_postdoc, false) as has_postdoc,
    coalesce(has_engineering_centre, false) as has_engineering_centre
from workstation_returns_all
where station_id = $station
order by year

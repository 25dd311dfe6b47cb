-- One row per workstation open at the period's end: yearly means of its last three returns by then.
with stations as (
    select station_id, kind, industry, adcode
    from workstations_undated
    where opened_on <= coalesce($until::date, date '9999-12-31')
      and (closed_on is null or closed_on > coalesce($until::date, date '9999-12-31'))
),
last_returns as (
    select *
    from workstation_returns_undated
    where returned_on <= coalesce($until::date, date '9999-12-31')
    qualify row_number() over (partition by station_id order by year desc) <= 3
),
means as (
    -- Money over money, so that a year of little revenue does not outweigh the others.
    select
        station_id,
        count(*) as returns,
        cast(avg(rd_spend_cny) as double) as rd_spend,
        cast(avg(revenue_cny) as double) as revenue,
        cast(sum(rd_spend_cny) as double) / nullif(cast(sum(revenue_cny) as double), 0) as intensity
    from last_returns
    group by station_id
)
select
    s.station_id as station,
    s.kind as station_kind,
    s.industry,
    s.adcode as place,
    m.returns,
    m.rd_spend,
    m.revenue,
    m.intensity
from stations as s
join means as m on m.station_id = s.station_id
order by m.intensity desc nulls last, station

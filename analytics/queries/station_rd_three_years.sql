-- One row: firms that host an open workstation, and those whose yearly means pass a line.
with stations as (
    select station_id, coalesce(host_id, station_id) as firm
    from workstations_undated
    where opened_on <= coalesce($until, $complete_until)
      and (closed_on is null or closed_on > coalesce($until, $complete_until))
),
firm_years as (
    -- A firm with two workstations reports the same money twice: the larger return counts once.
    select
        s.firm,
        r.year,
        max(r.rd_spend_cny)::double as rd_spend,
        max(r.revenue_cny)::double as revenue
    from workstation_returns as r
    join stations as s using (station_id)
    group by s.firm, r.year
),
firms as (
    -- Money over money, so that a year of little revenue does not outweigh the others.
    select
        firm,
        avg(rd_spend) as mean_spend,
        sum(rd_spend) / nullif(sum(revenue), 0) as intensity
    from firm_years
    group by firm
)
select
    count(*) as firms,
    count(*) filter (where intensity >= $intensity_over) as intense_firms,
    count(*) filter (where intensity >= $intensity_over)::double
        / nullif(count(intensity), 0) as intense_share,
    count(*) filter (where mean_spend >= $spend_over) as spending_firms,
    count(*) filter (where mean_spend >= $spend_over)::double
        / nullif(count(mean_spend), 0) as spending_share
from firms

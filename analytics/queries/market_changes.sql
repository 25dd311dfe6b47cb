-- One row per province: output in the period's last year and in the printed year before it.
with last_year as (
    select max(year) as year from tech_market where value_cny is not null
),
prior_year as (
    select max(m.year) as year
    from tech_market_undated as m
    join last_year as l on m.year < l.year
    where m.value_cny is not null
),
sold as (
    select year, adcode, cast(value_cny as double) as output
    from tech_market_all
    where basis = 'output'
),
pairs as (
    select
        now.adcode,
        l.year,
        q.year as prior_year,
        now.output,
        earlier.output as output_prior,
        now.output - earlier.output as gain
    from last_year as l
    join sold as now on now.year = l.year
    join prior_year as q on q.year is not null
    left join sold as earlier on earlier.year = q.year and earlier.adcode = now.adcode
),
selected as (
    select distinct adcode from tech_market
)
select
    p.adcode as province,
    p.year,
    p.prior_year,
    p.output,
    p.output_prior,
    p.gain,
    p.output / nullif(p.output_prior, 0) - 1 as growth,
    p.gain / nullif(n.gain, 0) as gain_share
from pairs as p
join selected as s on s.adcode = p.adcode
left join pairs as n on n.adcode = '100000'
where p.adcode <> '100000' and p.output is not null
order by p.gain desc nulls last, p.adcode

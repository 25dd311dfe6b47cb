-- One row per quarter of a decade of contract value; quantiles and concentration are of all of them.
with ranked as (
    select
        cast(amount_cny as double) as amount,
        floor(log10(cast(amount_cny as double)) * 4) as bin,
        row_number() over (order by amount_cny, deal_id) as place_up,
        row_number() over (order by amount_cny desc, deal_id) as place_down
    from deals
    where amount_cny > 0
),
summary as (
    select
        quantile_cont(amount, 0.25) as q1,
        median(amount) as median,
        quantile_cont(amount, 0.75) as q3,
        quantile_cont(amount, 0.9) as p90,
        sum(amount) filter (where place_down <= 10) / nullif(sum(amount), 0) as top_share,
        2 * sum(place_up * amount) / nullif(count(*) * sum(amount), 0)
            - (count(*) + 1e0) / nullif(count(*), 0) as gini
    from ranked
),
bins as (
    select bin, count(*) as contracts, sum(amount) as value from ranked group by bin
)
select
    power(10, b.bin / 4) as bin_low,
    power(10, (b.bin + 1) / 4) as bin_high,
    b.contracts,
    b.value,
    s.q1,
    s.median,
    s.q3,
    s.p90,
    s.top_share,
    s.gini
from bins as b
cross join summary as s
order by b.bin

-- One row per quarter of a decade of contract value; quantiles and concentration are of all of them.
with ranked as (
    select
        value_cny::double as amount,
        floor(log10(value_cny::double) * 4) as bin,
        row_number() over (order by value_cny) as place,
        row_number() over (order by value_cny desc) as place_down
    from deals
    where {deals} and value_cny > 0
),
summary as (
    select
        quantile_cont(amount, 0.25) as q1,
        median(amount) as median,
        quantile_cont(amount, 0.75) as q3,
        quantile_cont(amount, 0.9) as p90,
        sum(amount) filter (where place_down <= 10) / sum(amount) as top_share,
        2 * sum(place * amount) / (count(*) * sum(amount)) - (count(*) + 1) / count(*) as gini
    from ranked
),
bins as (
    select bin, count(*) as contracts, sum(amount) as value from ranked group by bin
)
select bins.bin::integer as bin, bins.contracts, bins.value, summary.*
from bins
cross join summary

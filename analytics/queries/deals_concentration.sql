-- One row: quantiles and concentration of contract value.
with ranked as (
    select
        cast(amount_cny as double) as amount,
        row_number() over (order by amount_cny, deal_id) as place_up,
        row_number() over (order by amount_cny desc, deal_id) as place_down
    from deals
    where amount_cny > 0
)
select
    count(*) as contracts,
    sum(amount) as value,
    quantile_cont(amount, 0.25) as q1,
    median(amount) as median,
    quantile_cont(amount, 0.75) as q3,
    quantile_cont(amount, 0.9) as p90,
    sum(amount) filter (where place_down <= 10) / nullif(sum(amount), 0) as top_share,
    2 * sum(place_up * amount) / nullif(count(*) * sum(amount), 0)
        - (count(*) + 1e0) / nullif(count(*), 0) as gini
from ranked

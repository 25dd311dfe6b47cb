-- One row per quarter of a decade of contract value; quantiles and concentration are of all of them.
--
-- Equal amounts are counted together first: to sort them is what takes the time.
with amounts as (
    select cast(amount_cny as double) as amount, cast(count(*) as double) as contracts
    from deals
    where amount_cny > 0
    group by amount_cny
),
counted as (
    select sum(contracts) as whole from amounts
),
ranked as (
    select
        amount,
        contracts,
        whole,
        sum(contracts) over (order by amount) as place_up
    from amounts
    cross join counted
),
-- A quantile lies between the amounts at two places, counted from 0, mostly one and the same.
ends as (
    select
        max(whole) as whole,
        max(case when place_up - contracts <= floor(0.25e0 * (whole - 1)) then amount end) as q1_low,
        max(case when place_up - contracts <= ceil(0.25e0 * (whole - 1)) then amount end) as q1_high,
        max(case when place_up - contracts <= floor(0.5e0 * (whole - 1)) then amount end) as median_low,
        max(case when place_up - contracts <= ceil(0.5e0 * (whole - 1)) then amount end) as median_high,
        max(case when place_up - contracts <= floor(0.75e0 * (whole - 1)) then amount end) as q3_low,
        max(case when place_up - contracts <= ceil(0.75e0 * (whole - 1)) then amount end) as q3_high,
        max(case when place_up - contracts <= floor(0.9e0 * (whole - 1)) then amount end) as p90_low,
        max(case when place_up - contracts <= ceil(0.9e0 * (whole - 1)) then amount end) as p90_high,
        sum(amount * greatest(least(contracts, 10 - (whole - place_up)), 0))
            / nullif(sum(amount * contracts), 0) as top_share,
        2 * sum(amount * contracts * (place_up - (contracts - 1) / 2))
            / nullif(max(whole) * sum(amount * contracts), 0)
            - (max(whole) + 1) / nullif(max(whole), 0) as gini
    from ranked
),
summary as (
    select
        q1_low + (q1_high - q1_low) * (0.25e0 * (whole - 1) - floor(0.25e0 * (whole - 1))) as q1,
        median_low
            + (median_high - median_low) * (0.5e0 * (whole - 1) - floor(0.5e0 * (whole - 1))) as median,
        q3_low + (q3_high - q3_low) * (0.75e0 * (whole - 1) - floor(0.75e0 * (whole - 1))) as q3,
        p90_low + (p90_high - p90_low) * (0.9e0 * (whole - 1) - floor(0.9e0 * (whole - 1))) as p90,
        top_share,
        gini
    from ends
),
bins as (
    select
        floor(log10(amount) * 4) as bin,
        cast(sum(contracts) as bigint) as contracts,
        sum(amount * contracts) as value
    from amounts
    group by bin
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

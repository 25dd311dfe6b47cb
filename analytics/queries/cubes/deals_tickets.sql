-- One row per quarter of a decade of contract value; quantiles and concentration are of all of them.
--
-- What each row counts and sums is exact. For the rest an amount stands for all amounts of its bin,
-- one 128th of a decade wide, from which none of them is further than 0.9 %.
with fine as (
    select
        1.0089942304747674e0 * power(10, (bin - 1024) / 128e0) as amount,
        cast(sum(records) as double) as contracts
    from deals
    where bin > 0
    group by bin
),
ranked as (
    select
        amount,
        contracts,
        sum(contracts) over (order by amount) as place_up,
        sum(contracts) over (order by amount desc) as place_down,
        sum(contracts) over () as whole
    from fine
),
shares as (
    select 0.25e0 as share
    union all
    select 0.5e0
    union all
    select 0.75e0
    union all
    select 0.9e0
),
places as (
    select *, floor(share * (whole - 1)) as low_place, ceil(share * (whole - 1)) as high_place
    from ranked
    cross join shares
),
ends as (
    select
        share,
        max(share * (whole - 1) - low_place) as part,
        max(case when low_place >= place_up - contracts and low_place < place_up then amount end) as low,
        max(case when high_place >= place_up - contracts and high_place < place_up then amount end) as high
    from places
    group by share
),
quantiles as (
    select
        max(case when share = 0.25e0 then low + (high - low) * part end) as q1,
        max(case when share = 0.5e0 then low + (high - low) * part end) as median,
        max(case when share = 0.75e0 then low + (high - low) * part end) as q3,
        max(case when share = 0.9e0 then low + (high - low) * part end) as p90
    from ends
),
concentration as (
    select
        sum(amount * greatest(least(contracts, 10 - (place_down - contracts)), 0))
            / nullif(sum(amount * contracts), 0) as top_share,
        2 * sum(amount * contracts * (place_up - (contracts - 1) / 2))
            / nullif(max(whole) * sum(amount * contracts), 0)
            - (max(whole) + 1) / nullif(max(whole), 0) as gini
    from ranked
),
bins as (
    select bin, sum("deals.contracts") as contracts, sum("deals.value") as value
    from deals_in_classes
    where bin > 0
    group by bin
)
select
    power(10, (b.bin - 32) / 4e0) as bin_low,
    power(10, (b.bin - 31) / 4e0) as bin_high,
    cast(b.contracts as bigint) as contracts,
    cast(b.value as double) as value,
    q.q1,
    q.median,
    q.q3,
    q.p90,
    c.top_share,
    c.gini
from bins as b
cross join quantiles as q
cross join concentration as c
order by b.bin

-- One row per edition, industry and city: what had landed and been signed so many days after opening.
with things as (
    select
        edition,
        split_part(industry, '.', 1) as industry,
        region,
        landed_on as day,
        1 as projects,
        0 as contracts,
        0e0 as value
    from landings_undated
    union all
    select edition, split_part(industry, '.', 1), region, signed_on, 0, 1, cast(amount_cny as double)
    from deals_undated
),
in_time as (
    select
        t.*,
        case
            when substr(t.region, 1, 2) in ('81', '82') then substr(t.region, 1, 2) || '0000'
            when substr(t.region, 3, 4) = '0000' then null
            when substr(t.region, 3, 2) = '90' then t.region
            else substr(t.region, 1, 4) || '00'
        end as city
    from things as t
    join expo_editions as e on e.edition = t.edition
    where date_diff('day', e.opened_on, t.day) <= $days
)
select
    edition,
    industry,
    city,
    sum(projects) as "landings.projects",
    sum(contracts) as "deals.contracts",
    sum(value) as "deals.value"
from in_time
group by edition, industry, city
order by edition, industry, city

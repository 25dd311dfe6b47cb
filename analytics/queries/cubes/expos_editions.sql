-- One row per edition that opened in the period; its landings and deals to the end of the records.
with editions as (
    select
        edition,
        opened_on,
        coalesce(date_diff('day', opened_on, $complete_until::date) < 30 * $months, false)
            as incomplete
    from expo_editions
),
shown as (
    select
        edition,
        cast(sum("expo_exhibits.exhibits") as bigint) as exhibits,
        cast(sum("expo_exhibits.published") as bigint) as published
    from expo_exhibits
    group by edition
),
landed as (
    select edition, cast(sum("landings.projects") as bigint) as projects
    from landings_undated
    group by edition
),
signed as (
    select
        edition,
        cast(sum("deals.contracts") as bigint) as contracts,
        cast(sum("deals.value") as double) as value
    from deals_undated
    group by edition
)
select
    e.edition,
    e.opened_on as edition_opened_on,
    coalesce(s.exhibits, 0) as "expo_exhibits.exhibits",
    coalesce(s.published, 0) as "expo_exhibits.published",
    coalesce(l.projects, 0) as "landings.projects",
    coalesce(l.projects, 0) / nullif(s.exhibits * 1e0, 0) as "landings.per_exhibit",
    coalesce(d.contracts, 0) as "deals.contracts",
    coalesce(d.value, 0) as "deals.value",
    d.value / nullif(d.contracts, 0) as "deals.average",
    e.incomplete
from editions as e
left join shown as s on s.edition = e.edition
left join landed as l on l.edition = e.edition
left join signed as d on d.edition = e.edition
order by e.opened_on, e.edition

-- One row per edition that opened in the period, with the Greater Bay Area's shares.
with shown as (
    select edition, count(*) as exhibits, count(*) filter (where from_gba) as from_gba
    from expo_exhibits
    group by edition
),
landed as (
    select edition, count(*) as projects, count(*) filter (where in_gba) as in_gba
    from landings_undated
    group by edition
)
select
    e.edition,
    coalesce(s.exhibits, 0) as "expo_exhibits.exhibits",
    coalesce(s.from_gba, 0) as "expo_exhibits.from_gba",
    s.from_gba / nullif(s.exhibits * 1e0, 0) as "expo_exhibits.gba_share",
    coalesce(l.projects, 0) as "landings.projects",
    coalesce(l.in_gba, 0) as "landings.in_gba",
    l.in_gba / nullif(l.projects * 1e0, 0) as "landings.gba_share",
    coalesce(date_diff('day', e.opened_on, $complete_until::date) < 30 * $months, false)
        as incomplete
from expo_editions as e
left join shown as s on s.edition = e.edition
left join landed as l on l.edition = e.edition
order by e.opened_on, e.edition

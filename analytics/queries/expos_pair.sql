-- One row per edition of the two; landings and deals counted to the younger one's age.
--
-- Without editions named (0), the last two.
with ranked as (
    select edition, opened_on, row_number() over (order by opened_on desc) as place
    from expo_editions
),
pair as (
    select
        edition,
        opened_on,
        coalesce(min(date_diff('day', opened_on, $complete_until::date)) over (), 36500) as age
    from ranked
    where edition in ($first, $second) or ($first = 0 and place <= 2)
),
shown as (
    select
        edition,
        count(*) as exhibits,
        count(*) filter (where published) as published,
        count(*) filter (where is_strategic) as strategic,
        count(*) filter (where from_gba) as from_gba,
        count(distinct origin_country) filter (where is_international) as countries
    from expo_exhibits
    group by edition
),
held as (
    select edition, count(*) filter (where kind = 'forum') as forums
    from events_undated
    group by edition
),
landed as (
    select p.edition, count(*) as projects, count(*) filter (where l.in_gba) as in_gba
    from landings_undated as l
    join pair as p on p.edition = l.edition
    where date_diff('day', p.opened_on, l.landed_on) <= p.age
    group by p.edition
),
signed as (
    select p.edition, count(*) as contracts, cast(sum(d.amount_cny) as double) as value
    from deals_undated as d
    join pair as p on p.edition = d.edition
    where date_diff('day', p.opened_on, d.signed_on) <= p.age
    group by p.edition
)
select
    p.edition,
    p.age as days_counted,
    coalesce(s.exhibits, 0) as "expo_exhibits.exhibits",
    coalesce(s.published, 0) as "expo_exhibits.published",
    s.strategic / nullif(s.exhibits * 1e0, 0) as "expo_exhibits.strategic_share",
    s.from_gba / nullif(s.exhibits * 1e0, 0) as "expo_exhibits.gba_share",
    coalesce(s.countries, 0) as "expo_exhibits.countries",
    coalesce(h.forums, 0) as "events.forums",
    coalesce(l.projects, 0) as "landings.projects",
    coalesce(l.projects, 0) / nullif(s.exhibits * 1e0, 0) as "landings.per_exhibit",
    l.in_gba / nullif(l.projects * 1e0, 0) as "landings.gba_share",
    coalesce(d.value, 0) as "deals.value",
    d.value / nullif(d.contracts, 0) as "deals.average"
from pair as p
left join shown as s on s.edition = p.edition
left join held as h on h.edition = p.edition
left join landed as l on l.edition = p.edition
left join signed as d on d.edition = p.edition
order by p.opened_on, p.edition

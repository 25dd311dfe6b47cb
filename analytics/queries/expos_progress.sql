-- One row per edition and month since it opened, as far as the records reach.
with steps as (
    select row_number() over (order by first_day) - 1 as step
    from calendar
    where grain = 'month'
),
ages as (
    select e.edition, e.opened_on, s.step
    from expo_editions as e
    join steps as s on s.step <= $months
    where coalesce(date_diff('day', e.opened_on, $complete_until::date) >= 30 * s.step, true)
)
select
    a.edition,
    cast(a.step as integer) as months_since,
    count(l.project_id) as "landings.projects"
from ages as a
left join landings_undated as l
    on l.edition = a.edition and date_diff('day', a.opened_on, l.landed_on) <= 30 * a.step
group by a.edition, a.step
order by a.edition, a.step

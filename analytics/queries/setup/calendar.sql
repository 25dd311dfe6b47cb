-- One row per grain and period, from 1990 to 2060.
create table calendar as
with months as (
    select unnest(generate_series(date '1990-01-01', date '2060-12-01', interval 1 month))::date as first_day
)
select 'month' as grain, first_day, last_day(first_day) as last_day from months
union all
select 'quarter', first_day, (first_day + interval 3 month - interval 1 day)::date
from months where month(first_day) in (1, 4, 7, 10)
union all
select 'year', first_day, make_date(year(first_day), 12, 31) from months where month(first_day) = 1

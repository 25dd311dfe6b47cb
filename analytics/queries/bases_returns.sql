-- One row per yearly return of the base $base.
select year, demands, matches, landings, cast(value_cny as double) as value
from base_returns_all
where base_id = $base
order by year

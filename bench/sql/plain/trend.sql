-- One row per month.
select date_trunc('month', signed_on) as month, sum(value_cny)::double as value, count(*) as contracts
from deals
where {deals}
group by 1

-- One row per industry.
select industry, sum(value_cny)::double as value
from deals
where {deals}
group by industry

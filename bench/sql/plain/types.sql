-- One row per type of contract.
select contract_type, sum(value_cny)::double as value
from deals
where {deals}
group by contract_type

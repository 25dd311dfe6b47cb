-- One row per seller's province and buyer's province with contracts between them.
select
    substr(seller_adcode, 1, 2) || '0000' as from_province,
    substr(buyer_adcode, 1, 2) || '0000' as to_province,
    sum(value_cny)::double as value,
    count(*) as contracts
from deals
where {deals} and seller_adcode is not null and buyer_adcode is not null
group by from_province, to_province

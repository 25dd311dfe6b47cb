-- One row per seller's city and buyer's city with contracts between them.
select
    case when substr(seller_adcode, 1, 2) in ('81', '82') or substr(seller_adcode, 3, 2) = '90'
         then seller_adcode
         else substr(seller_adcode, 1, 4) || '00' end as from_city,
    case when substr(buyer_adcode, 1, 2) in ('81', '82') or substr(buyer_adcode, 3, 2) = '90'
         then buyer_adcode
         else substr(buyer_adcode, 1, 4) || '00' end as to_city,
    sum(value_cny)::double as value,
    count(*) as contracts
from deals
where {deals} and seller_adcode is not null and buyer_adcode is not null
group by from_city, to_city

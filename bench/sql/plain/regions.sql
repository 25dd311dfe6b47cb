-- One row per seller's city.
select
    case
        when seller_adcode in ('810000', '820000') then seller_adcode
        when substr(seller_adcode, 3, 4) = '0000' then null
        when substr(seller_adcode, 3, 2) = '90' then seller_adcode
        else substr(seller_adcode, 1, 4) || '00'
    end as city,
    sum(value_cny)::double as value,
    count(*) as contracts
from deals
where {deals}
group by city

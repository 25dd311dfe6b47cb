-- One row per seller's city and buyer's city with contracts between them.
with ends as (
    select
        case when substr(seller_adcode, 1, 2) in ('81', '82') or substr(seller_adcode, 3, 2) = '90'
             then seller_adcode
             else substr(seller_adcode, 1, 4) || '00' end as from_city,
        case when substr(buyer_adcode, 1, 2) in ('81', '82') or substr(buyer_adcode, 3, 2) = '90'
             then buyer_adcode
             else substr(buyer_adcode, 1, 4) || '00' end as to_city,
        "deals.contracts" as contracts,
        "deals.value" as value
    from deals
    where seller_adcode is not null and buyer_adcode is not null
),
flows as (
    select
        from_city,
        to_city,
        cast(sum(contracts) as bigint) as contracts,
        cast(sum(value) as double) as value
    from ends
    group by from_city, to_city
)
select
    f.from_city,
    f.to_city,
    s.lon as from_lon,
    s.lat as from_lat,
    b.lon as to_lon,
    b.lat as to_lat,
    f.contracts,
    f.value
from flows as f
left join regions as s on s.adcode = f.from_city
left join regions as b on b.adcode = f.to_city
order by f.value desc, f.from_city, f.to_city

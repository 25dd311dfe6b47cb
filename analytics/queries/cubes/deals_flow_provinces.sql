-- One row per seller's province and buyer's province with contracts between them.
with flows as (
    select
        substr(seller_adcode, 1, 2) || '0000' as from_province,
        substr(buyer_adcode, 1, 2) || '0000' as to_province,
        cast(sum("deals.contracts") as bigint) as contracts,
        cast(sum("deals.value") as double) as value
    from deals
    where seller_adcode is not null and buyer_adcode is not null
    group by from_province, to_province
)
select
    f.from_province,
    f.to_province,
    s.lon as from_lon,
    s.lat as from_lat,
    b.lon as to_lon,
    b.lat as to_lat,
    f.contracts,
    f.value
from flows as f
left join regions as s on s.adcode = f.from_province
left join regions as b on b.adcode = f.to_province
order by f.value desc, f.from_province, f.to_province

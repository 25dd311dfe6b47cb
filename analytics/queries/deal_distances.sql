-- One row per contract whose buyer's city is known, with the distance to the nearest base that day.
--
-- nearest_km is the great-circle distance (haversine, mean radius 6371.0088 km) from the reference
-- point of the buyer's city to the nearest base open on the day of signing; null before the first.
with placed as (
    select
        *,
        case
            when buyer_adcode in ('810000', '820000') then buyer_adcode
            when substr(buyer_adcode, 3, 4) = '0000' then null
            when substr(buyer_adcode, 3, 2) = '90' then buyer_adcode
            else substr(buyer_adcode, 1, 4) || '00'
        end as buyer_city
    from stored.deals
),
cities as (
    select adcode, radians(lon) as lon, radians(lat) as lat
    from regions
    where adcode in (select buyer_city from placed)
),
bases_placed as (
    select opened_on, closed_on, radians(lon) as lon, radians(lat) as lat
    from stored.bases
    where lon is not null and lat is not null
),
distances as (
    select
        c.adcode as buyer_city,
        b.opened_on,
        b.closed_on,
        2 * 6371.0088e0 * asin(least(1e0, sqrt(
            power(sin((b.lat - c.lat) / 2), 2)
            + cos(c.lat) * cos(b.lat) * power(sin((b.lon - c.lon) / 2), 2)
        ))) as km
    from cities as c
    cross join bases_placed as b
),
days as (
    select distinct buyer_city, signed_on from placed
),
nearest as (
    select d.buyer_city, d.signed_on, min(n.km) as nearest_km
    from days as d
    join distances as n
        on n.buyer_city = d.buyer_city
        and n.opened_on <= d.signed_on
        and (n.closed_on is null or n.closed_on > d.signed_on)
    group by d.buyer_city, d.signed_on
)
select p.*, n.nearest_km
from placed as p
join cities as c on c.adcode = p.buyer_city
left join nearest as n on n.buyer_city = p.buyer_city and n.signed_on = p.signed_on

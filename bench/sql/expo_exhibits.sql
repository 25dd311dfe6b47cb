-- One row per exhibit, by place and then by edition when they come by number.
with placed as (
    select
        number,
        (number * 7368787 + 12345) % $records as serial,
        s.adcode as origin_adcode,
        (number - s.first_slot * $records / 8192.0 + chance(number, 'edition'))
            / ((s.end_slot - s.first_slot) * $records / 8192.0) as share
    from ({numbers})
    join slots as s on s.slot = number * 8192 // $records
)
select
    'E' || lpad(serial::varchar, 9, '0') as exhibit_id,
    2015 + floor(10 * pow(greatest(least(share, 0.999999), 0), 0.8))::integer as edition,
    case when chance(number, 'has project') < 0.18
        then 'P' || lpad((1 + floor(chance(number, 'project') * 9141))::integer::varchar, 6, '0')
    end as project_id,
    case when chance(number, 'organisation known') < 0.987
        then 'O' || lpad((1 + floor(chance(number, 'owner') * 4500))::integer::varchar, 6, '0')
    end as organisation_id,
    origin_adcode,
    case when origin_adcode is null and chance(number, 'abroad') < 0.94
        then ['US', 'DE', 'JP', 'IL', 'KR', 'SG', 'CA', 'FR', 'GB'][
            1 + floor(9 * chance(number, 'country'))::integer]
        else 'CN'
    end as origin_country,
    case
        when chance(number, 'industry') < 0.01 then null
        when chance(number, 'industry') < 0.12 then 'other'
        else (1 + floor(9 * pow((chance(number, 'industry') - 0.12) / 0.88, 1.6)))::integer::varchar
    end as industry,
    ['industry', 'industry', 'industry', 'industry', 'industry', 'gba', 'start_up', 'society',
        'international', 'university'][1 + floor(10 * chance(number, 'zone'))::integer] as zone,
    chance(number, 'published') < 0.88 as published
from placed

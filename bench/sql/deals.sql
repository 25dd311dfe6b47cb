-- One row per contract, by seller's place and then by day when they come by number.
--
-- $records: how many; {numbers}: a select of their numbers, in the order they are wanted.
with numbered as (
    select number, number * 8192 // $records as slot, (number * 7368787 + 12345) % $records as serial
    from ({numbers})
),
placed as (
    select
        n.*,
        s.adcode as seller_adcode,
        s.province_first,
        s.province_end,
        -- where the number lies among those of its place: the days of a place are in order
        (number - s.first_slot * $records / 8192.0 + chance(number, 'day'))
            / ((s.end_slot - s.first_slot) * $records / 8192.0) as share
    from numbered as n
    join slots as s on s.slot = n.slot
),
timed as (
    select
        *,
        -- 26 years in which the number of contracts grows by 12 % a year
        26 * ln(1 + greatest(least(share, 0.999999), 0) * (exp(3.12) - 1)) / 3.12 as years,
        case
            when chance(number, 'way') < 0.32 then slot
            when chance(number, 'way') < 0.55
            then province_first
                + floor(chance(number, 'near') * (province_end - province_first))::bigint
            else floor(chance(number, 'far') * 8192)::bigint
        end as buyer_slot
    from placed
),
valued as (
    select
        t.*,
        b.adcode as buyer_adcode,
        date '2000-01-01' + floor(years * 9497 / 26)::integer as signed_on,
        exp(15.2 + 0.03 * (years - 20) + 1.75 * bell(number, 'value')) as exact,
        chance(number, 'channel') as by_channel,
        chance(number, 'type') as by_type,
        chance(number, 'industry') as by_industry
    from timed as t
    join slots as b on b.slot = t.buyer_slot
),
rounded as (
    select
        *,
        greatest(least(case
            when chance(number, 'round') < 0.35 then round(exact, 1 - floor(log10(exact))::integer)
            when chance(number, 'round') < 0.75 then round(exact, -4)
            else round(exact, 2)
        end, 9e10), 1000) as value
    from valued
),
channelled as (
    select
        *,
        case
            when by_channel < 0.38 then 'other'
            when by_channel < 0.65 then 'expo'
            when by_channel < 0.84 then 'base'
            when by_channel < 0.985 then 'centre'
            else 'showroom'
        end as channel
    from rounded
)
select
    'D' || lpad(serial::varchar, 9, '0') as deal_id,
    case when chance(number, 'registered') < 0.69
        then year(signed_on)::varchar || '99' || lpad(serial::varchar, 10, '0')
    end as registration_no,
    case when channel = 'expo' or chance(number, 'has project') < 0.1
        then 'P' || lpad((1 + floor(chance(number, 'project') * 9141))::integer::varchar, 6, '0')
    end as project_id,
    case when channel = 'expo' and year(signed_on) between 2015 and 2024
        then year(signed_on)::integer
    end as edition,
    signed_on,
    case when day(signed_on) = 1 and chance(number, 'precision') < 0.5 then 'month' else 'day' end
        as signed_precision,
    case
        when by_type < 0.366 then 'services'
        when by_type < 0.683 then 'development'
        when by_type < 0.816 then 'assignment'
        when by_type < 0.932 then 'licence'
        else 'consulting'
    end as contract_type,
    case when chance(number, 'field known') < 0.986
        then (1 + floor(11 * pow(chance(number, 'field'), 1.6)))::integer::varchar
    end as technical_field,
    case
        when by_industry < 0.012 then null
        when by_industry < 0.14 then 'other'
        else (1 + floor(9 * pow((by_industry - 0.14) / 0.86, 1.7)))::integer::varchar
    end as industry,
    case when chance(number, 'seller known') < 0.995
        then 'O' || lpad((1 + floor(chance(number, 'seller') * 4500))::integer::varchar, 6, '0')
    end as seller_id,
    seller_adcode,
    case when seller_adcode is null and chance(number, 'seller country') < 0.94
        then ['US', 'DE', 'JP', 'IL', 'KR', 'SG', 'CA', 'FR', 'GB'][
            1 + floor(9 * chance(number, 'which seller country'))::integer]
        else 'CN'
    end as seller_country,
    case when chance(number, 'buyer known') < 0.952
        then 'O' || lpad((1 + floor(chance(number, 'buyer') * 4500))::integer::varchar, 6, '0')
    end as buyer_id,
    buyer_adcode,
    case when buyer_adcode is null and chance(number, 'buyer country') < 0.94
        then ['US', 'DE', 'JP', 'IL', 'KR', 'SG', 'CA', 'FR', 'GB'][
            1 + floor(9 * chance(number, 'which buyer country'))::integer]
        else 'CN'
    end as buyer_country,
    value::decimal(18, 2) as value_cny,
    case when chance(number, 'note') < 0.03 then '约' end as value_note,
    case when chance(number, 'technical known') < 0.963
        then round(value * (0.7 + 0.3 * chance(number, 'technical')), 2)::decimal(18, 2)
    end as technical_value_cny,
    channel,
    case when channel <> 'other' and chance(number, 'at event') < 0.226
        then 'V' || lpad(floor(chance(number, 'event') * $events)::bigint::varchar, 8, '0')
    end as event_id,
    case when channel = 'base' or chance(number, 'has base') < 0.13
        then 'B' || lpad((1 + floor(chance(number, 'base') * 106))::integer::varchar, 4, '0')
    end as base_id
from channelled

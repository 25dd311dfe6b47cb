-- One row per event, by place and then by day when they come by number.
with placed as (
    select
        number,
        (number * 7368787 + 12345) % $records as serial,
        coalesce(s.adcode, '440105') as adcode,
        (number - s.first_slot * $records / 8192.0 + chance(number, 'day'))
            / ((s.end_slot - s.first_slot) * $records / 8192.0) as share,
        chance(number, 'channel') as by_channel,
        chance(number, 'kind') as by_kind
    from ({numbers})
    join slots as s on s.slot = number * 8192 // $records
),
dated as (
    select
        *,
        date '2000-01-01'
            + floor(9497 * ln(1 + greatest(least(share, 0.999999), 0) * (exp(3.12) - 1)) / 3.12)::integer
            as held_on
    from placed
)
select
    'V' || lpad(serial::varchar, 8, '0') as event_id,
    case
        when by_channel < 0.49 then 'expo'
        when by_channel < 0.79 then 'base'
        when by_channel < 0.95 then 'centre'
        else 'showroom'
    end as channel,
    case
        when by_kind < 0.34 then 'matchmaking'
        when by_kind < 0.57 then 'salon'
        when by_kind < 0.77 then 'roadshow'
        when by_kind < 0.94 then 'forum'
        else 'investor'
    end as kind,
    held_on,
    null::varchar as held_precision,
    case when by_channel < 0.49 and year(held_on) between 2015 and 2024
        then year(held_on)::integer
    end as edition,
    adcode,
    case
        when chance(number, 'industry') < 0.006 then null
        when chance(number, 'industry') < 0.12 then 'other'
        else (1 + floor(9 * pow((chance(number, 'industry') - 0.12) / 0.88, 1.6)))::integer::varchar
    end as industry,
    case when chance(number, 'counted') < 0.978
        then least(greatest(exp(4.3 + 0.8 * bell(number, 'people')), 5), 3000)::integer
    end as participants
from dated

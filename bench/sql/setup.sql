-- What every generated record is made from: chance by number, and places in their order.
--
-- Chance is a hash of the record's number and of what it is for, so that every record is the same
-- on any number of threads, and can be made in any order. `slots` cuts the records into 8192 equal
-- parts by place; a place has as many parts as the demonstration gives it weight.
create macro chance(number, purpose) as
    hash(xor(hash(number::bigint), hash(purpose::varchar))) / 1.8446744073709552e19;
create macro bell(number, purpose) as
    sqrt(-2 * ln(greatest(chance(number, purpose || '1'), 1e-12)))
    * cos(2 * pi() * chance(number, purpose || '2'));

create table places as
with counted as (
    select adcode, count(*) as weight
    from read_parquet($deals)
    cross join lateral (values (seller_adcode), (buyer_adcode)) as v(adcode)
    group by adcode
),
known as (
    select adcode from read_csv($regions, all_varchar = true) where level in ('city', 'district')
    union
    select adcode from counted
),
weighted as (
    select k.adcode, coalesce(c.weight, 0) + 3 as weight
    from known as k
    left join counted as c on c.adcode is not distinct from k.adcode
),
summed as (
    select
        adcode,
        sum(weight) over (order by adcode nulls last) as upto,
        sum(weight) over () as whole
    from weighted
),
cut as (
    select adcode, round(8192 * upto / whole)::bigint as upto from summed
)
select adcode, coalesce(lag(upto) over (order by adcode nulls last), 0) as first_slot, upto as end_slot
from cut;

create table slots as
select
    s.slot,
    p.adcode,
    p.first_slot,
    p.end_slot,
    coalesce(min(p.first_slot) over province, p.first_slot) as province_first,
    coalesce(max(p.end_slot) over province, p.end_slot) as province_end
from range(8192) as s(slot)
join places as p on s.slot >= p.first_slot and s.slot < p.end_slot
window province as (partition by substr(p.adcode, 1, 2));

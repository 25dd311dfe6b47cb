-- One row per quarter of a decade of contract value.
with sized as (
    select floor(log10(cast(amount_cny as double)) * 4) as bin, cast(amount_cny as double) as amount
    from deals
    where amount_cny > 0
)
select
    power(10, bin / 4) as bin_low,
    power(10, (bin + 1) / 4) as bin_high,
    count(*) as contracts,
    sum(amount) as value
from sized
group by bin
order by bin

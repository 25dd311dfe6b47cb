-- One row per published figure on Guangzhou's technology contracts, with its words and address.
with printed as (
    select
        figure_id,
        cast(period as integer) as year,
        measure,
        unit,
        basis,
        value,
        -- The file writes `same` where a sentence holds two figures.
        case when quote = 'same' then lag(quote) over (order by figure_id) else quote end
            as quote,
        publisher,
        published,
        seen_in,
        address
    from figures
    where series = 'Guangzhou tech contracts'
)
select
    year,
    measure as city_figure,
    basis as city_basis,
    case when unit = '亿元'
         then cast(cast(value as decimal(18, 4)) * 100000000 as double) end as value,
    case when unit = '项' then cast(value as integer) end as contracts,
    quote as claim_quote,
    publisher,
    published as published_on,
    seen_in,
    address,
    figure_id
from printed
order by year desc, figure_id

-- One row per year and province with a printed value: sold, bought, net, ranks and shares.
with printed as (
    select
        year,
        adcode,
        cast(max(value_cny) filter (where basis = 'output') as double) as output,
        cast(max(value_cny) filter (where basis = 'absorbed') as double) as absorbed,
        max(contracts) filter (where basis = 'output') as contracts
    from tech_market_all
    group by year, adcode
),
nation as (
    select year, output, absorbed from printed where adcode = '100000'
),
provinces as (
    -- Ranks are among all provinces, whatever is selected; one without a value has no rank.
    select
        year,
        adcode,
        output,
        absorbed,
        contracts,
        case when output is not null
             then rank() over (partition by year order by output desc nulls last) end
            as output_rank,
        case when absorbed is not null
             then rank() over (partition by year order by absorbed desc nulls last) end
            as absorbed_rank
    from printed
    where adcode <> '100000'
),
selected as (
    select distinct year, adcode from tech_market
)
select
    p.year,
    p.adcode as province,
    p.output,
    p.output_rank,
    p.output / nullif(n.output, 0) as output_share,
    p.absorbed,
    p.absorbed_rank,
    p.absorbed / nullif(n.absorbed, 0) as absorbed_share,
    p.output - p.absorbed as net_output,
    p.contracts
from provinces as p
join selected as s on s.year = p.year and s.adcode = p.adcode
left join nation as n on n.year = p.year
where p.output is not null or p.absorbed is not null
order by p.year desc, p.output desc nulls last, p.adcode

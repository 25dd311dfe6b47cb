-- One row per edition and industry of its exhibits.
with counted as (
    select edition, split_part(industry, '.', 1) as industry, count(*) as exhibits
    from expo_exhibits
    group by edition, split_part(industry, '.', 1)
)
select
    edition,
    industry,
    exhibits as "expo_exhibits.exhibits",
    exhibits / nullif(sum(exhibits) over (partition by edition) * 1e0, 0) as exhibit_share
from counted
order by edition, industry nulls last

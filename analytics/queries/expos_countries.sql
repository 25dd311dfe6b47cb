-- One row per country abroad from which exhibits came.
select
    origin_country as country,
    count(*) as "expo_exhibits.international",
    count(distinct edition) as "expo_editions.editions"
from expo_exhibits
where is_international
group by origin_country
order by count(*) desc, origin_country

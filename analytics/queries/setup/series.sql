-- One row per province (or the nation), year and basis: as imported, else as shipped.
create or replace table tech_market as
with
imported as (
    select year, adcode, basis, contracts, value_cny from read_parquet($path)
),
shipped as (
    select year, adcode, basis, contracts, value_cny from tech_market
)
select * from imported
union all
select shipped.*
from shipped
anti join imported using (year, adcode, basis)
order by year, adcode, basis;

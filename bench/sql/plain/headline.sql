-- One row: the six figures of the page's head, four of them for the period before too.
with now as (
    select
        sum(value_cny)::double as value,
        count(*) as contracts,
        median(value_cny)::double as median,
        count(event_id) as at_events,
        coalesce(sum(value_cny) filter (
            where seller_country <> 'CN' or buyer_country <> 'CN'
            or substr(seller_adcode, 1, 2) in ('71', '81', '82')
            or substr(buyer_adcode, 1, 2) in ('71', '81', '82')
        ), 0)::double as crossing
    from deals
    where {deals}
),
before as (
    select
        sum(value_cny)::double as value,
        count(*) as contracts,
        median(value_cny)::double as median,
        coalesce(sum(value_cny) filter (
            where seller_country <> 'CN' or buyer_country <> 'CN'
            or substr(seller_adcode, 1, 2) in ('71', '81', '82')
            or substr(buyer_adcode, 1, 2) in ('71', '81', '82')
        ), 0)::double as crossing
    from deals
    where {deals_before}
),
held as (
    select count(*) as events from events where {events}
)
select
    n.value,
    n.contracts,
    n.value / n.contracts as average,
    n.median,
    n.crossing / n.value as crossing_share,
    n.at_events / nullif(h.events, 0) as per_event,
    b.value as value_before,
    b.contracts as contracts_before,
    b.median as median_before,
    b.crossing / b.value as crossing_share_before
from now as n
cross join before as b
cross join held as h

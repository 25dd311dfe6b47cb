-- One row per part of the projects, step and day on which a spell in it closes: the risk table.
--
-- Parts: `selected`; `rest`, the others of the same period or, where the period alone selects, of
-- the other periods; `everyone`; and each year in which selected projects started (the way only).
-- conversion is the Aalen-Johansen cumulative incidence of advancing with ending as the competing
-- event (Aalen & Johansen 1978), ended_share that of ending. Its variance is the delta-method one of
-- Marubini & Valsecchi (1995), sum over days i up to t of
--     (F(t) - F(i))^2 d / (n (n - d)) + S(i-)^2 d1 (n - d1) / n^3 - 2 (F(t) - F(i)) S(i-) d1 / n^2
-- (n at risk, d leaving, d1 advancing), here with its squares multiplied out into running sums; the
-- interval is log(-log) transformed (Collett, Modelling Survival Data, 3rd ed., 12.2). Where nobody
-- or everybody advanced that variance is 0, and the exact bound of Clopper & Pearson (1934) over the
-- spells known up to that day stands in. stay is the Kaplan-Meier curve of remaining in the step,
-- any way out counting, without projects that skipped it; its band is Greenwood's, log(-log).
-- Ties: those who leave on a day are at risk on it, and so are those censored on it.
with others as (
    select
        a.*,
        coalesce(a.started_on >= $since::date, true)
            and coalesce(a.started_on <= $until::date, true) as in_period
    from stage_spells_all as a
    where a.project_id not in (select project_id from stage_spells where kind = 'way')
),
spells as (
    select 'selected' as part, kind, code, days, status, skipped from stage_spells
    union all
    select 'rest', kind, code, days, status, skipped
    from others
    where in_period or not exists (select 1 from others where in_period)
    union all
    select 'everyone', kind, code, days, status, skipped from stage_spells_all
    union all
    select cast(year(started_on) as varchar), kind, code, days, status, skipped
    from stage_spells
    where kind = 'way'
),
counted as (
    select
        part,
        kind,
        code,
        days,
        cast(count(*) as double) as closing,
        cast(count(*) filter (where status = 1) as double) as advanced,
        cast(count(*) filter (where status = 2) as double) as ended,
        cast(count(*) filter (where status in (1, 2)) as double) as leaving,
        cast(count(*) filter (where skipped) as double) as skipping
    from spells
    group by part, kind, code, days
),
risks as (
    select
        *,
        sum(closing) over later as at_risk,
        sum(closing - skipping) over later as staying,
        coalesce(sum(leaving) over earlier, 0) as left_before
    from counted
    window
        later as (
            partition by part, kind, code order by days
            rows between current row and unbounded following
        ),
        earlier as (
            partition by part, kind, code order by days
            rows between unbounded preceding and 1 preceding
        )
),
logged as (
    select
        *,
        ln(nullif(1 - leaving / nullif(at_risk, 0), 0)) as log_remaining,
        ln(nullif(1 - (leaving - skipping) / nullif(staying, 0), 0)) as log_staying
    from risks
),
survivals as (
    select
        *,
        exp(coalesce(sum(log_remaining) over earlier, 0)) as s,
        exp(coalesce(sum(log_staying) over earlier, 0))
            * coalesce(1 - (leaving - skipping) / nullif(staying, 0), 1) as stay
    from logged
    window earlier as (
        partition by part, kind, code order by days
        rows between unbounded preceding and 1 preceding
    )
),
incidences as (
    select
        *,
        sum(s * advanced / nullif(at_risk, 0)) over so_far as f,
        sum(s * ended / nullif(at_risk, 0)) over so_far as ended_share,
        leaving / nullif(at_risk * (at_risk - leaving), 0) as g,
        s * advanced / nullif(at_risk * at_risk, 0) as h,
        sum((leaving - skipping) / nullif(staying * (staying - leaving + skipping), 0))
            over so_far as greenwood
    from survivals
    window so_far as (
        partition by part, kind, code order by days
        rows between unbounded preceding and current row
    )
),
variances as (
    select
        *,
        greatest(
            f * f * coalesce(sum(g) over so_far, 0)
                - 2 * f * coalesce(sum(f * g) over so_far, 0)
                + coalesce(sum(f * f * g) over so_far, 0)
                + sum(s * h * (at_risk - advanced) / nullif(at_risk, 0)) over so_far
                - 2 * (f * sum(h) over so_far - sum(f * h) over so_far),
            0
        ) as variance,
        at_risk + left_before as known
    from incidences
    window so_far as (
        partition by part, kind, code order by days
        rows between unbounded preceding and current row
    )
),
spreads as (
    select
        *,
        f > 1e-9 and f < 1 - 1e-9 as inside,
        exp(1.959963984540054 * sqrt(variance) / nullif(f * abs(ln(nullif(f, 0))), 0)) as spread,
        case when stay > 1e-9 and stay < 1 - 1e-9
            then exp(1.959963984540054 * sqrt(greenwood) / abs(ln(stay))) end as stay_spread
    from variances
)
select
    part,
    kind,
    code,
    days,
    closing,
    advanced,
    ended,
    at_risk,
    least(f, 1) as conversion,
    sqrt(variance) as standard_error,
    case
        when inside then power(f, spread)
        when f >= 0.5 then power(0.025, 1 / nullif(known, 0))
        else 0
    end as conversion_low,
    case
        when inside then power(f, 1 / spread)
        when f < 0.5 then 1 - power(0.025, 1 / nullif(known, 0))
        else 1
    end as conversion_high,
    least(ended_share, 1) as ended_share,
    sum(skipping) over (partition by part, kind, code) as skipping,
    stay,
    case when stay <= 1e-9 then 0 else power(stay, stay_spread) end as stay_low,
    case when stay > 1e-9 then power(stay, 1 / stay_spread) end as stay_high
from spreads

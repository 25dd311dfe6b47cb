-- One row per part of the projects and step: conversion at the end of follow-up, and days of stay.
--
-- A quantile of the stay is the first day on which the Kaplan-Meier curve is at or below it; the
-- median's interval inverts the curve's band (Brookmeyer & Crowley 1982). advance_days is the median
-- time to advance of those who do: the day on which the cumulative incidence reaches half of its
-- last value. Neither counts projects that skipped the step. Null where the curve stays above.
with ordered as (
    select
        *,
        row_number() over (partition by part, kind, code order by days desc) as from_end,
        max(conversion) over (partition by part, kind, code) as last_conversion,
        skipping / nullif(sum(closing) over (partition by part, kind, code), 0) as skipped_share
    from stage_curves
)
select
    part,
    kind,
    code,
    cast(sum(closing) as bigint) as reached,
    cast(sum(advanced) as bigint) as moved_on,
    cast(sum(closing - advanced - ended) as bigint) as in_progress,
    cast(sum(ended) as bigint) as ended,
    cast(max(skipping) as bigint) as skipped,
    max(conversion) filter (where from_end = 1) as conversion,
    max(conversion_low) filter (where from_end = 1) as conversion_low,
    max(conversion_high) filter (where from_end = 1) as conversion_high,
    min(days) filter (where stay <= 0.5 + 1e-9) as median_days,
    min(days) filter (where stay_low <= 0.5 + 1e-9) as median_low,
    min(days) filter (where stay_high <= 0.5 + 1e-9) as median_high,
    min(days) filter (where stay <= 0.75 + 1e-9) as q1_days,
    min(days) filter (where stay <= 0.25 + 1e-9) as q3_days,
    min(days) filter (
        where last_conversion > skipped_share + 1e-9
            and conversion >= (last_conversion + skipped_share) / 2 - 1e-9
    ) as advance_days
from ordered
group by part, kind, code

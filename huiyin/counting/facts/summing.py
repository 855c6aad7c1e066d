"""Keeping the sums beside the facts: what a fact that came or went adds to which of them."""

from huiyin.counting.facts.rules import COLUMNS, COUNTED, COUNTS, HALF_DAY, SPANS

_MOMENTS = ", ".join(f"('{moment.value}', {column})" for moment, column in COLUMNS.items())
_KEY = "city_id, moment, unit_id, is_first, is_last, is_child, is_excluded"
_NEW_KEY = f"span, slot, {_KEY}"
_GAINS = ",\n        ".join(
    f"coalesce(sum(sign) FILTER (WHERE {which}), 0)::int AS {name}"
    for name, which in zip(COUNTS, COUNTED.values(), strict=True)
)
_NAMES = ", ".join(COUNTS)
_SUMS = ", ".join(f"sum({name})::int" for name in COUNTS)
_ADDED = ", ".join(f"{name} = counting_sum.{name} + excluded.{name}" for name in COUNTS)
# `turned` holds the facts that came (sign 1) and those that went (sign -1). Each is put down
# under every moment it has, and the half days are summed up to the longer stretches.
GAINED = f"""
gained AS MATERIALIZED (
    SELECT floor(extract(epoch FROM moments.at AT TIME ZONE
            coalesce(nullif(city.time_zone, ''), %(zone)s)) / {HALF_DAY})::int AS slot,
        turned.city_id, moments.moment, turned.unit_id, round_number = 1 AS is_first, is_last,
        turned.parent_id IS NOT NULL AS is_child, is_excluded,
        {_GAINS}
    FROM turned
    JOIN departments_unit AS city ON city.id = turned.city_id
    CROSS JOIN LATERAL (VALUES {_MOMENTS}) AS moments(moment, at)
    WHERE moments.at IS NOT NULL
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
), added AS (
    INSERT INTO counting_sum ({_NEW_KEY}, {_NAMES})
    SELECT stretch.span, floor(slot::numeric / stretch.span)::int, {_KEY}, {_SUMS}
    FROM gained CROSS JOIN (VALUES {", ".join(f"({span})" for span in SPANS)}) AS stretch(span)
    GROUP BY 1, 2, {_KEY}
    -- In one order, as whoever else would write here would have to.
    ORDER BY 1, 2, {_KEY}
    ON CONFLICT ({_NEW_KEY}) DO UPDATE SET {_ADDED}
)
"""  # noqa: S608 - only our own words

"""The one SQL that tells the facts of a set of cases from the rows of the other rooms."""

# `wanted` names the cases; the query that begins with these words gives it.
TOLD = """
tried AS MATERIALIZED (
    SELECT DISTINCT ON (call.case_id, call.round_number) call.case_id, call.round_number, call.at,
        call.id, call.reached AND call.solved IS NOT NULL AS is_decisive,
        call.contacted, call.solved, call.satisfied
    FROM followup_callback AS call JOIN wanted ON wanted.id = call.case_id
    -- The last word of the resident is the decisive one; without any, the last attempt counts.
    ORDER BY call.case_id, call.round_number,
        call.reached AND call.solved IS NOT NULL DESC, call.at DESC, call.id DESC
), judged AS MATERIALIZED (
    SELECT DISTINCT ON (row.case_id, row.round_number) row.case_id, row.round_number,
        row.is_reasonable
    FROM followup_judgement AS row JOIN wanted ON wanted.id = row.case_id
    ORDER BY row.case_id, row.round_number, row.at DESC, row.id DESC
), excluded AS MATERIALIZED (
    SELECT DISTINCT row.call_back_id
    FROM counting_exclusion AS row JOIN wanted ON wanted.id = row.case_id
    WHERE row.granted_at IS NOT NULL AND row.annulled_at IS NULL
), corrected AS MATERIALIZED (
    -- What counts otherwise because an appeal was granted; each count at most once in force.
    SELECT row.case_id, row.round_number,
        max(row.unit_id) FILTER (WHERE row.count = 'unit') AS from_unit_id,
        max(row.to_unit_id) FILTER (WHERE row.count = 'unit') AS to_unit_id,
        bool_or(row.value) FILTER (WHERE row.count = 'contacted') AS contacted,
        bool_or(row.value) FILTER (WHERE row.count = 'on_time') AS on_time,
        bool_or(row.value) FILTER (WHERE row.count = 'reasonable') AS reasonable
    FROM counting_correction AS row JOIN wanted ON wanted.id = row.case_id
    WHERE row.annulled_at IS NULL
    GROUP BY 1, 2
), fresh AS MATERIALIZED (
    SELECT found.id AS case_id,
        turn_number::smallint AS round_number,
        stand.is_last,
        found.parent_id,
        split_part(intake.path, '/', 2)::bigint AS city_id,
        CASE WHEN led.unit_id = corrected.from_unit_id THEN corrected.to_unit_id
            ELSE led.unit_id END AS unit_id,
        found.first_unit_id,
        found.request_kind, found.category_id, found.place_id,
        found.received_at,
        turn.started_at AS sent_at,
        coalesce(turn.first_due_at, clock.due_at) AS first_due_at,
        clock.due_at,
        CASE WHEN clock.due_at IS NULL THEN NULL
            WHEN corrected.on_time IS NOT NULL THEN corrected.on_time
            WHEN turn.answered_at IS NOT NULL THEN turn.answered_at <= clock.due_at
            -- What is withdrawn in time is not judged; after the deadline it hides nothing.
            WHEN stand.is_ended AND found.moved_at <= clock.due_at THEN NULL
            ELSE false END AS on_time,
        turn.answered_at,
        CASE WHEN tried.is_decisive THEN tried.at ELSE coalesce(said.imported_at, tried.at)
            END AS tried_at,
        CASE WHEN tried.is_decisive THEN tried.at ELSE said.imported_at END AS called_at,
        CASE WHEN tried.is_decisive OR said.imported_at IS NOT NULL THEN 'said'
            WHEN turn.answered_at IS NULL THEN CASE WHEN stand.is_open THEN 'open' ELSE 'ended' END
            WHEN stand.is_last AND found.status = 'answered' THEN 'waiting'
            WHEN tried.case_id IS NOT NULL THEN 'not_reached'
            ELSE 'not_asked' END AS word,
        CASE WHEN tried.is_decisive THEN coalesce(corrected.contacted, tried.contacted)
            END AS contacted,
        CASE WHEN tried.is_decisive THEN tried.solved
            WHEN said.imported_at IS NOT NULL THEN turn.solved END AS solved,
        CASE WHEN tried.is_decisive THEN tried.satisfied
            WHEN said.imported_at IS NOT NULL THEN turn.satisfied ELSE '' END AS satisfied,
        coalesce(corrected.reasonable, judged.is_reasonable) AS reasonable,
        CASE WHEN stand.is_last THEN found.closed_at ELSE turn.closed_at END AS closed_at,
        found.returns,
        NOT stand.is_last AS is_reopened,
        found.problem_since IS NOT NULL AS is_problem,
        coalesce(tried.is_decisive AND excluded.call_back_id IS NOT NULL, false) AS is_excluded
    FROM wanted
    JOIN cases_case AS found ON found.id = wanted.id
    JOIN departments_unit AS intake ON intake.id = found.intake_unit_id
    LEFT JOIN cases_case AS parent ON parent.id = found.parent_id
    CROSS JOIN LATERAL generate_series(1, found.round_number) AS turn_number
    LEFT JOIN cases_round AS turn ON turn.case_id = found.id AND turn.number = turn_number
    LEFT JOIN tried ON tried.case_id = found.id AND tried.round_number = turn_number
    LEFT JOIN judged ON judged.case_id = found.id AND judged.round_number = turn_number
    LEFT JOIN excluded ON excluded.call_back_id = tried.id
    LEFT JOIN corrected ON corrected.case_id = found.id AND corrected.round_number = turn_number
    CROSS JOIN LATERAL (SELECT turn_number = found.round_number AS is_last,
        turn_number = found.round_number
            AND found.status IN ('withdrawn', 'redirected') AS is_ended,
        turn_number = found.round_number
            AND found.status NOT IN ('withdrawn', 'redirected', 'closed') AS is_open) AS stand
    CROSS JOIN LATERAL (SELECT
        CASE WHEN turn.answered_at IS NOT NULL OR NOT stand.is_last THEN turn.unit_id
            WHEN found.status = 'merged' THEN parent.unit_id
            ELSE found.unit_id END AS unit_id) AS led
    CROSS JOIN LATERAL (SELECT coalesce(turn.due_at,
        CASE WHEN found.status = 'merged' THEN found.due_at END) AS due_at) AS clock
    -- A history that was brought in may know what the resident said, and of no call.
    CROSS JOIN LATERAL (SELECT CASE WHEN tried.is_decisive IS NOT TRUE
        AND (turn.solved IS NOT NULL OR turn.satisfied <> '')
        THEN coalesce(turn.closed_at, turn.answered_at) END AS imported_at) AS said
    -- Matters that an official found are no resident's voice.
    WHERE found.kind = 'request'
)
"""
COLUMNS = (
    "case_id", "round_number", "is_last", "parent_id", "city_id", "unit_id", "first_unit_id",
    "request_kind", "category_id", "place_id", "received_at", "sent_at", "first_due_at", "due_at",
    "on_time", "answered_at", "tried_at", "called_at", "word", "contacted", "solved", "satisfied",
    "reasonable", "closed_at", "returns", "is_reopened", "is_problem", "is_excluded",
)  # fmt: skip

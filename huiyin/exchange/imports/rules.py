"""What an import does where a source contradicts itself or says too little.

Each rule has a name, its choices (the first is taken where a mapping says nothing), and is
counted whenever it is used. No database here; the sentences stand in `wording`.
"""

# What a step's date was, before the step it follows: a case closed before it was opened.
OUT_OF_ORDER = "out_of_order"
# The source gives no deadline for a case that was sent to a unit.
DUE_MISSING = "due_missing"
# The status says that a step was taken, but not when.
MOMENT_MISSING = "moment_missing"
# A date of a step that the status says was not taken: an open case with a closing date.
UNUSED_MOMENT = "unused_moment"
# A reply or an opinion although the status says that nobody answered yet.
UNPLACED_ANSWER = "unplaced_answer"
# An answer was given, but its words are missing.
REPLY_MISSING = "reply_missing"
# The source says by a mark of its own that a point only stands for "somewhere in the city".
DEFAULT_POINT = "default_point"
# Half a point, or one that is not on the earth.
IMPOSSIBLE_POINT = "impossible_point"
# A local time that the clocks skipped or showed twice.
UNCLEAR_TIME = "unclear_time"
# A day without a time of day.
DAY_ONLY = "day_only"
# A case without a text of its own.
TEXT_MISSING = "text_missing"
# A text, title or address that is longer than a case can hold.
TEXT_TOO_LONG = "text_too_long"
# A name that several places in the city bear.
AMBIGUOUS_PLACE = "ambiguous_place"

RULES: dict[str, tuple[str, ...]] = {
    OUT_OF_ORDER: ("hold", "reject"),
    DUE_MISSING: ("no_clock", "city_rule", "reject"),
    MOMENT_MISSING: ("stop", "reject"),
    UNUSED_MOMENT: ("note", "reject"),
    UNPLACED_ANSWER: ("note", "reject"),
    REPLY_MISSING: ("empty", "reject"),
    DEFAULT_POINT: ("drop", "keep", "reject"),
    IMPOSSIBLE_POINT: ("drop", "reject"),
    UNCLEAR_TIME: ("first", "reject"),
    DAY_ONLY: ("start_of_day", "reject"),
    TEXT_MISSING: ("title", "reject"),
    TEXT_TOO_LONG: ("cut", "reject"),
    AMBIGUOUS_PLACE: ("leave", "reject"),
}
REJECT = "reject"

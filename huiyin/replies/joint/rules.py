"""What is marked when two units have worked together, each by the other (双考评)."""

LOWEST, HIGHEST = 1, 5
# What the unit that called asks itself about the one that came, and the other way round.
ABOUT_THE_CALLED = ("arrival", "work", "cooperation")
ABOUT_THE_CALLER = ("reason", "lead", "cooperation")
LONGEST_LIST = 1000
# Several units at one place and time: fewer than two are no field operation.
FEWEST_IN_THE_FIELD = 2

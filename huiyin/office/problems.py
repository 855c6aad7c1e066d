"""What can go wrong for a person, in whole sentences.

    Problem             something the person can understand and often mend
    ├── WrongInput      400  what was sent cannot be used; the sentence says what to do
    ├── NotAllowed      403  a step on a visible case that this post may not take
    ├── NotFound        404  it does not exist for this person
    ├── NotPossible     409  the matter stands so that the step cannot be taken now
    └── OutsideProblem  503  another system or service does not answer

Anything else that is raised is a bug and becomes a 500; it is never caught broadly.
"""


class Problem(Exception):  # noqa: N818 - the tree above names what happened, not an error class
    """A sentence for the person who caused it, with an HTTP status."""

    status = 400

    def __init__(self, sentence: object) -> None:
        super().__init__(sentence)
        self.sentence = sentence

    def __str__(self) -> str:
        return str(self.sentence)


class WrongInput(Problem):
    """What was sent cannot be used."""

    status = 400


class NotAllowed(Problem):
    """The step exists, the case is visible, and this post may not take it."""

    status = 403


class NotFound(Problem):
    """It does not exist for this person."""

    status = 404


class NotPossible(Problem):
    """The matter stands so that the step cannot be taken now."""

    status = 409


class OutsideProblem(Problem):
    """Another system does not answer; `permanent` says whether trying again can help."""

    status = 503

    def __init__(self, sentence: object, *, permanent: bool) -> None:
        super().__init__(sentence)
        self.permanent = permanent

"""What a reader is told of a question or view whose file has faults: it is left out, and why."""

from medskick.queries.catalogue import BrokenQueryError
from medskick.web.http.problems import Problem
from medskick.words import COMMON, languages


def left_out(error: BrokenQueryError) -> Problem:
    """Return the problem (404) of a question or view that is left out, its faults in it."""
    return _problem(404, "This question is left out: its file has faults.", error)


def out_of_order(error: BrokenQueryError) -> Problem:
    """Return the problem (503) of a page that needs a question or view whose file has faults."""
    return _problem(503, f"This needs {error.slug}, which is left out: its file has faults.", error)


def _problem(status: int, detail: str, error: BrokenQueryError) -> Problem:
    faults = [f for f in error.faults if f.level == "error"]
    reasons = {lang: [f.say(lang) for f in faults] for lang in languages()}
    return Problem(status, " ".join([detail, *reasons[COMMON]]), faults=reasons)

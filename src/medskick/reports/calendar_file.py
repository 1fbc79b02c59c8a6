"""The dated points of a report's checklists as a calendar (iCalendar, RFC 5545)."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import NAMESPACE_URL, uuid5

from medskick.reports.document import Document, Step, plain, steps_of
from medskick.reports.lead_time import NotADayError
from medskick.reports.render import reference_text
from medskick.rooms import version
from medskick.words import say


def as_ics(document: Document, starts: str) -> str:
    """Return the calendar: an event of whole days for each point that has days, marked as free time.

    The same document gives the same bytes: an event keeps its name, and its stamp is the day of the data's last change.
    Raises ``NotADayError`` where ``starts`` is empty: nothing has a day then.
    """
    # 0.2 s, and only this needs it
    from icalendar import Calendar, Event

    if not starts:
        raise NotADayError("")
    calendar = Calendar()
    calendar.add("prodid", f"-//Medskick//Medskick {version()}//{document.lang.upper()}")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("x-wr-calname", document.title)
    stamp = datetime.combine(date.fromisoformat(document.modified or "2000-01-01"), time(), UTC)
    for step in steps_of(document):
        if not step.first:
            continue
        event = Event()
        event.add("uid", f"{uuid5(NAMESPACE_URL, f'{document.title} {step.key}')}@medskick")
        event.add("dtstamp", stamp)
        event.add("dtstart", date.fromisoformat(step.first))
        # the end is the first day on which the event is over
        event.add("dtend", date.fromisoformat(step.last) + timedelta(1))
        event.add("summary", plain(step.what))
        event.add("description", _description(document, step))
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    return str(calendar.to_ical(), "utf-8")


def _description(document: Document, step: Step) -> str:
    """When, how others did it, and the sources."""
    lines = (step.what, step.when, *step.below)
    cited = dict.fromkeys(source for spans in lines for span in spans for source in span.cites)
    listed = [reference_text(document.sources[one], document) for one in cited if one in document.sources]
    sources = [f"{say('report.sources', document.lang)}:", *listed] if listed else []
    return "\n".join([plain(step.when), *map(plain, step.below), *sources])

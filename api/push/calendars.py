"""iCalendar (RFC 5545): when questions close, and when their outcomes are expected."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icalendar import Calendar, Event

from api.language import translate
from api.words import in_language
from data.formats.questions import QuestionFormat


@dataclass(frozen=True, slots=True)
class Dated:
    """A question, and when its words were stored."""

    written: QuestionFormat
    world: str
    stored_at: datetime


def write_calendar(asked: Sequence[Dated], today: date, base: str, language: str) -> bytes:
    """Write what is to come, as all-day events."""
    calendar = Calendar()
    calendar.add("prodid", "-//Kizashi//Kizashi//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", translate("Kizashi: closings and outcomes", language))
    days = [
        (day, kind, text, question)
        for question in asked
        for kind, text, day in (
            ("closes", "Closes: {question}", question.written.closes),
            ("resolves", "Outcome expected: {question}", question.written.resolves),
        )
        if day >= today
    ]
    for day, kind, text, question in sorted(days, key=lambda d: (d[0], d[1], d[3].written.id)):
        words = translate(text, language)
        calendar.add_component(_event(day, kind, words, question, base, language))
    body: bytes = calendar.to_ical()
    return body


def _event(day: date, kind: str, words: str, question: Dated, base: str, language: str) -> Event:
    """Give one day of a question."""
    written, event = question.written, Event()
    event.add("uid", f"{written.id}.{kind}@{question.world}.kizashi")
    event.add("dtstamp", question.stored_at)
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", words.format(question=in_language(written.title, language)))
    event.add("description", in_language(written.criteria, language))
    event.add("url", f"{base}/questions/{written.id}")
    event.add("transp", "TRANSPARENT")
    return event

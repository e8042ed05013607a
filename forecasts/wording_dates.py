"""When a question's wording says that something must have happened, in English and Japanese."""

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from forecasts.wording_periods import Period, Span

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = r"(?:january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.?"
_YEAR = r"(?:19|20)\d\d"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
#: What stands before a date and makes it a point, where English says so.
_POINT = re.compile(
    r"(?:\b(?:on|at the close on|end|ends)\s+|\b(?:at|by) the close (?:of|on)\s+)$", re.IGNORECASE
)
_BEFORE = re.compile(r"\bbefore\s+(?:the end of\s+)?$", re.IGNORECASE)
_BY = re.compile(
    r"\b(?:by|until|through|till|past|no later than|up to)\s+(?:the\s+)?$", re.IGNORECASE
)
_AT_END = re.compile(r"\b(?:at|on)\s+(?:the\s+)?$", re.IGNORECASE)
_WITHIN = re.compile(r"\b(?:in|during|after|for)\s+(?:the\s+)?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Found:
    """A date expression: where it stands, how exact it is, and what it says."""

    start: int
    end: int
    exactness: int
    period: Period


def read_period(text: str, closes: date | None = None) -> tuple[Period | None, str]:
    """Read when it must happen, and give the text without its dates.

    Args:
        text: NFKC-normalized.
        closes: the question's closing day: gives the year where the words leave it out, and the
            deadline where they give none.

    >>> read_period("will r2 be released before june 2025?")
    (Period(span='by', first=None, last=datetime.date(2025, 5, 31)), 'will r2 be released ?')
    >>> read_period("2026年末までに利下げするか")[0].words
    'by 2026-12-31'
    """
    found: list[_Found] = []
    masked = text
    for pattern, read in _READERS:
        for match in pattern.finditer(masked):
            one = read(match, masked, closes)
            if one is not None:
                found.append(one)
                masked = masked[: one.start] + "\0" * (one.end - one.start) + masked[one.end :]
    plain = re.sub(r"\0+(?:の)?", " ", masked)
    plain = re.sub(r"\s+", " ", plain).strip()
    if found:
        best = max(found, key=lambda one: (one.exactness, one.start))
        return best.period, plain
    return (Period("by", None, closes) if closes else None), plain


def _month_end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def _month_number(name: str) -> int:
    return _MONTHS.index(name[:3].lower()) + 1


def _year_near(month: int, day: int, closes: date | None) -> int | None:
    """Give the year that words leave out: that in which the question closes."""
    if closes is None:
        return None
    return closes.year if (month, day) <= (closes.month, closes.day + 15) else closes.year - 1


def _made(
    match: re.Match[str],
    text: str,
    first: date,
    last: date,
    exactness: int,
    *,
    closing: date | None,
) -> _Found:
    """Give an English date expression its span, from the words before it."""
    before = text[: match.start()]
    cue = _BEFORE.search(before)
    if cue is not None:
        period = Period("by", None, first - timedelta(1))
    elif (cue := _BY.search(before)) is not None:
        is_bare_year = exactness == _YEAR_ONLY and not (closing and closing.year == last.year)
        period = Period("by", None, first - timedelta(1) if is_bare_year else last)
    elif (cue := _POINT.search(before)) is not None or (
        first == last and (cue := _AT_END.search(before)) is not None
    ):
        period = Period("on", last, last)
    else:
        period = Period("by", None, last) if first == last else Period("in", first, last)
        cue = _WITHIN.search(before)
    return _Found(cue.start() if cue else match.start(), match.end(), exactness, period)


_FULL, _MONTH_ONLY, _YEAR_ONLY = 3, 2, 1


def _iso(match: re.Match[str], text: str, closes: date | None) -> _Found | None:
    return _day(match, text, closes, int(match["y"]), int(match["m"]), int(match["d"]))


def _english_day(match: re.Match[str], text: str, closes: date | None) -> _Found | None:
    month, day = _month_number(match["m"]), int(re.sub(r"\D", "", match["d"]))
    year = int(match["y"]) if match["y"] else _year_near(month, day, closes)
    return None if year is None else _day(match, text, closes, year, month, day)


def _day(
    match: re.Match[str], text: str, closes: date | None, year: int, month: int, day: int
) -> _Found | None:
    """Give a whole date; None if there is no such day."""
    if not 1 <= month <= 12 or not 1 <= day <= calendar.monthrange(year, month)[1]:
        return None
    whole = date(year, month, day)
    return _made(match, text, whole, whole, _FULL, closing=closes)


def _english_end(match: re.Match[str], text: str, _closes: date | None) -> _Found | None:
    """Read "the end of 2026" and "end 2026": a day, or a deadline after "by"."""
    year = int(match["y"])
    last = _month_end(year, _month_number(match["m"]) if match["m"] else 12)
    before = text[: match.start()]
    cue = _BY.search(before)
    span: Span = "by" if cue else "on"
    cue = cue or _AT_END.search(before)
    period = Period(span, None if span == "by" else last, last)
    return _Found(cue.start() if cue else match.start(), match.end(), _FULL, period)


def _english_month(match: re.Match[str], text: str, closes: date | None) -> _Found | None:
    month = _month_number(match["m"])
    year = int(match["y"]) if match["y"] else _year_near(month, 1, closes)
    if year is None:
        return None
    return _made(
        match, text, date(year, month, 1), _month_end(year, month), _MONTH_ONLY, closing=closes
    )


def _quarter(match: re.Match[str], text: str, closes: date | None) -> _Found | None:
    year, quarter = int(match["y"]), int(match["q"])
    first = date(year, 3 * quarter - 2, 1)
    return _made(match, text, first, _month_end(year, 3 * quarter), _MONTH_ONLY, closing=closes)


def _season(match: re.Match[str], text: str, _closes: date | None) -> _Found | None:
    """Read "2025-26": from July to June."""
    year = int(match["y"])
    return _made(match, text, date(year, 7, 1), date(year + 1, 6, 30), _MONTH_ONLY, closing=None)


def _year(match: re.Match[str], text: str, closes: date | None) -> _Found | None:
    year = int(match["y"])
    return _made(match, text, date(year, 1, 1), date(year, 12, 31), _YEAR_ONLY, closing=closes)


def _japanese(match: re.Match[str], _text: str, closes: date | None) -> _Found | None:
    """Read 2026年6月30日まで, 6月末の, 2026年中に, 2025年第3四半期."""
    month = int(match["m"]) if match["m"] else 3 * int(match["q"]) if match["q"] else None
    if month is not None and not 1 <= month <= 12:
        return None
    year = int(match["y"]) if match["y"] else _year_near(month or 12, 1, closes)
    if year is None:
        return None
    try:
        period = _japanese_period(match, year, month)
    except ValueError:
        return None
    exactness = _FULL if match["d"] or match["e"] else _MONTH_ONLY if month else _YEAR_ONLY
    return _Found(match.start(), match.end(), exactness, period)


def _japanese_period(match: re.Match[str], year: int, month: int | None) -> Period:
    """Give the period that Japanese words name; "まで" makes it a deadline."""
    if match["d"]:
        first = last = date(year, month or 12, int(match["d"]))
    else:
        last = _month_end(year, month or 12)
        first = date(year, month or 1, 1)
        first = date(year, last.month - 2, 1) if match["q"] else first
        first = last if match["e"] else first
    until = match["b"] or ""
    if until.startswith("より前"):
        return Period("by", None, first - timedelta(1))
    if until.startswith(("まで", "以前")):
        return Period("by", None, last)
    return Period("on", last, last) if first == last else Period("in", first, last)


type _Reader = Callable[[re.Match[str], str, date | None], _Found | None]
#: Tried in this order; what one has read, the next does not see.
_READERS: tuple[tuple[re.Pattern[str], _Reader], ...] = (
    (
        re.compile(
            rf"(?:(?P<y>{_YEAR})年|(?=\d{{1,2}}月))(?:第?(?P<q>[1-4])四半期|(?P<m>\d{{1,2}})月)?"
            r"(?:(?P<d>\d{1,2})日|(?P<e>末))?(?:[のに]?時点)?(?:内|中|の?終値)?(?P<b>までに?|以前に?|より前に?|に)?"
        ),
        _japanese,
    ),
    (re.compile(rf"\b(?P<y>{_YEAR})-(?P<m>\d\d)-(?P<d>\d\d)\b", re.IGNORECASE), _iso),
    (
        re.compile(rf"\b(?P<m>{_MONTH})\s+(?P<d>{_DAY})(?:,?\s+(?P<y>{_YEAR}))?\b", re.IGNORECASE),
        _english_day,
    ),
    (
        re.compile(rf"\b(?P<d>{_DAY})\s+(?P<m>{_MONTH})(?:,?\s+(?P<y>{_YEAR}))?\b", re.IGNORECASE),
        _english_day,
    ),
    (
        re.compile(
            rf"\b(?:the\s+)?(?:year[- ])?end\s+(?:of\s+)?(?:(?P<m>{_MONTH})\s+)?(?P<y>{_YEAR})\b",
            re.IGNORECASE,
        ),
        _english_end,
    ),
    (re.compile(rf"\bq(?P<q>[1-4])\s+(?P<y>{_YEAR})\b", re.IGNORECASE), _quarter),
    (re.compile(rf"\b(?P<y>{_YEAR})[-/](?:20)?\d\d\b(?:\s+season)?", re.IGNORECASE), _season),
    (re.compile(rf"\b(?P<m>{_MONTH})\s+(?P<y>{_YEAR})\b", re.IGNORECASE), _english_month),
    (re.compile(rf"(?<=\bin )(?P<m>{_MONTH})(?P<y>)(?=\s*\?|\s*$)", re.IGNORECASE), _english_month),
    (
        re.compile(rf"(?<![\d$.,])(?P<y>{_YEAR})(?![\d.,]?\d|\s*(?:goals|cases))\b", re.IGNORECASE),
        _year,
    ),
)

"""The forms of a question's page: what may be chosen in them, what was typed, what it would do."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection

from api.forecast_answers import stated_forecast
from api.language import translate
from api.pages.fields import Option, Typed
from api.pages.forecast_forms import DAY_ROWS, LEVELS, USUAL_LEVELS, typed_of
from api.pages.previews import Moves
from api.pages.story import Story
from api.pages.visits import Visit
from api.roles import ROLES
from api.words import in_language, ratio_in_words
from data.forecasts import standing_forecast
from data.sources import named_sources
from forecasts.evidence import STRENGTHS

_DIRECTIONS = {
    "binary": (("yes", "towards yes"), ("no", "towards no")),
    "numeric": (("higher", "higher"), ("lower", "lower"), ("", "neither: a value or a bound")),
    "date": (
        ("sooner", "sooner"),
        ("later", "later"),
        ("yes window", "within the days below"),
        ("no window", "not within the days below"),
    ),
    "multiple_choice": (),
}
_RELIABILITY = {
    "A": "completely reliable",
    "B": "usually reliable",
    "C": "fairly reliable",
    "D": "not usually reliable",
    "E": "unreliable",
    "F": "cannot be judged",
}
_CREDIBILITY = {
    "1": "confirmed",
    "2": "probably true",
    "3": "possibly true",
    "4": "doubtful",
    "5": "improbable",
    "6": "cannot be judged",
}
_KINDS = {
    "report": "report: loses half its weight in a year",
    "fact": "fact: stays true",
    "rumour": "rumour: loses half its weight in 90 days",
}


@dataclass(frozen=True, slots=True)
class EvidenceForm:
    """The form for evidence.

    Attributes:
        texts, errors: by field; errors of the whole have the name "".
        is_open: it was used just now, so that it stands open.
        would: what it would do, where that was asked for.
    """

    texts: Mapping[str, str]
    errors: Mapping[str, str]
    is_open: bool
    would: Moves | None
    type: str
    today: str
    directions: tuple[Option, ...]
    choices: tuple[Option, ...]
    strengths: tuple[Option, ...]
    reliability: tuple[Option, ...]
    credibility: tuple[Option, ...]
    kinds: tuple[Option, ...]
    sources: tuple[Option, ...]
    unit: str


@dataclass(frozen=True, slots=True)
class OwnForecastForm:
    """The form for one's own forecast; `standing` is the id of the one that stands."""

    texts: Mapping[str, str]
    errors: Mapping[str, str]
    is_open: bool
    would: str
    type: str
    standing: str | None
    choices: tuple[Option, ...]
    usual_levels: tuple[str, ...]
    levels: tuple[str, ...]
    day_rows: tuple[int, ...]
    unit: str


@dataclass(frozen=True, slots=True)
class Forms:
    """What a reader may send from a question's page.

    Attributes:
        why_not: why he may not; empty where he may.
        is_stranger: because he is not signed in.
    """

    why_not: str
    is_stranger: bool
    evidence: EvidenceForm | None
    forecast: OwnForecastForm | None


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of a form that was sent: what was typed, what is wrong, what it would do."""

    evidence: Typed | None = None
    would_move: Moves | None = None
    forecast: Typed | None = None
    would_say: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)


def forms_of(connection: Connection, visit: Visit, story: Story, sent: Sent) -> Forms | None:
    """Give the forms of a page; None where nothing can be sent any more."""
    if visit.as_of.is_past or story.answer.status != "open":
        return None
    if visit.actor is None:
        why_not = translate(
            "Sign in to submit evidence, to see first how it would move every forecast, and to "
            "make a forecast of your own.",
            visit.language,
        )
        return Forms(why_not, is_stranger=True, evidence=None, forecast=None)
    if ROLES.index(visit.actor.role) < ROLES.index("forecaster"):
        why_not = translate("Your account may read, and submit nothing.", visit.language)
        return Forms(why_not, is_stranger=False, evidence=None, forecast=None)
    return Forms(
        why_not="",
        is_stranger=False,
        evidence=evidence_form(connection, visit, story, sent),
        forecast=_forecast_form(connection, visit, story, sent),
    )


def evidence_form(connection: Connection, visit: Visit, story: Story, sent: Sent) -> EvidenceForm:
    """Give the form for evidence as it was typed."""
    language, asked = visit.language, story.answer.question
    today = visit.instance.clock().date().isoformat()
    typed = sent.evidence
    sources = named_sources(connection).values()
    return EvidenceForm(
        texts=typed.texts if typed else {"published": today},
        errors=typed.errors if typed else {},
        is_open=typed is not None,
        would=sent.would_move,
        type=asked.type,
        today=today,
        directions=_options(dict(_DIRECTIONS[asked.type]), language),
        choices=tuple(Option(c.id, in_language(c.title, language)) for c in asked.choices),
        strengths=tuple(
            Option(word, f"{translate(word, language)} ({ratio_in_words(ratio, language)} : 1)")
            for word, ratio in STRENGTHS.items()
        ),
        reliability=_options(_RELIABILITY, language, with_value=True),
        credibility=_options(_CREDIBILITY, language, with_value=True),
        kinds=_options(_KINDS, language),
        sources=tuple(Option(one.id, in_language(one.title, language)) for one in sources),
        unit=in_language(asked.range.unit, language) if asked.range else "",
    )


def _forecast_form(
    connection: Connection, visit: Visit, story: Story, sent: Sent
) -> OwnForecastForm:
    """Give the form for one's own forecast: as typed, else as it stands."""
    assert visit.actor is not None
    asked, typed, now = story.answer.question, sent.forecast, visit.instance.clock_instant()
    row = standing_forecast(connection, asked.id, visit.actor.id, now)
    stated = stated_forecast(row, now).forecast.model_dump(mode="python") if row else {}
    return OwnForecastForm(
        texts=typed.texts if typed else typed_of(stated),
        errors=typed.errors if typed else {},
        is_open=typed is not None,
        would=sent.would_say,
        type=asked.type,
        standing=row.id if row else None,
        choices=tuple(Option(c.id, in_language(c.title, visit.language)) for c in asked.choices),
        usual_levels=USUAL_LEVELS,
        levels=tuple(level for level in LEVELS if level not in USUAL_LEVELS),
        day_rows=DAY_ROWS,
        unit=in_language(asked.range.unit, visit.language) if asked.range else "",
    )


def _options(
    labels: Mapping[str, str], language: str, *, with_value: bool = False
) -> tuple[Option, ...]:
    """Give what may be chosen, in words."""
    return tuple(
        Option(value, f"{value} · {told}" if with_value else told)
        for value, told in ((value, translate(label, language)) for value, label in labels.items())
    )

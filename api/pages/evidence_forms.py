"""The form for evidence: what may be typed, and from what was typed to a record."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from api.pages.fields import Typed
from data.formats.evidence import EvidenceFormat

#: So long may a form be: four texts of 10,000 signs, each sign nine bytes at the most.
LARGEST_FORM, MOST_FIELDS = 400_000, 40
#: Ways to say how strongly a record speaks: the field, or the fields, of each.
_ROUTES = (
    ("strength",),
    ("likelihood_ratio",),
    ("stated", "before"),
    ("value", "spread"),
    ("at_least",),
    ("at_most",),
)
#: Ways that go with a direction.
_DIRECTED = 3
#: Parts of the place of a stance as a whole.
_OF_STANCE = 2
#: What to say of a field that the format of records refuses.
_MENDS = {
    "published": "Give a day such as 2025-04-08, or a month such as 2025-04.",
    "observed": "Give a day such as 2025-04-08.",
    "source": "Name who says so, in small letters, digits and hyphens, such as reuters.",
    "origin": "Give the id of the first record of this report, or leave it empty.",
    "grade": "Choose a letter and a digit.",
    "kind": "Choose one.",
    "url": "Give an address that begins with https://.",
    "fact": "Say in English what became known, in at most 10,000 characters.",
    "fact_ja": "Write at most 10,000 characters.",
    "note": "Write at most 10,000 characters; a note in Japanese needs one in English.",
    "note_ja": "Write at most 10,000 characters.",
    "direction": "Choose which way it points.",
    "choice": "Choose one.",
    "first": "Give two days, the first one first.",
    "strength": "Choose a word, or give one number below.",
    "likelihood_ratio": "Give a ratio above 0, and at most 1,000,000.",
    "stated": "Give percents between 0 and 100, and neither of them.",
    "before": "Give percents between 0 and 100, and neither of them.",
    "value": "Give a value, and beside it a spread above 0.",
    "spread": "Give a value, and beside it a spread above 0.",
    "at_least": "Give a number.",
    "at_most": "Give a number.",
}
#: Where a part of a record stands in the form.
_PLACES = {
    "source_probability": "stated",
    "measured": "value",
    "bound": "at_least",
    "window": "first",
    "last": "first",
}


def record_of(typed: Typed, question: str) -> EvidenceFormat | None:
    """Give the record that was typed; None where something is wrong, which is then marked."""
    body: dict[str, Any] = typed.given("published", "observed", "kind", "url")
    for name, text in typed.given("source", "origin").items():
        body[name] = text.lower().replace(" ", "-")
    if typed.given("reliability", "credibility"):
        body["grade"] = typed.text("reliability") + typed.text("credibility")
    for name in ("fact", "note"):
        texts = {"en": typed.text(name), "ja": typed.text(f"{name}_ja")}
        if any(texts.values()) or name == "fact":
            body[name] = {language: text for language, text in texts.items() if text}
    body["stances"] = [_stance(typed, question)]
    try:
        record = EvidenceFormat.model_validate(body)
    except ValidationError as error:
        _mark(typed, error)
        return None
    return None if typed.errors else record


def mark_refusal(typed: Typed, rule: str, words: str) -> None:
    """Put what the deed refused beside its field, where it has one."""
    places = {
        "PublishedInFuture": "published",
        "AlreadyInPrior": "published",
        "StanceDoesNotFit": "direction",
    }
    typed.errors[places.get(rule, "")] = words


def _stance(typed: Typed, question: str) -> dict[str, Any]:
    """Give what was typed of the question: a direction with its strength, or a value."""
    said = [route for route in _ROUTES if any(typed.text(name) for name in route)]
    if len(said) != 1:
        typed.mark("strength", _MENDS["strength"] if not said else "Say it in one way only.")
    stance: dict[str, Any] = {"question": question}
    if typed.text("choice"):
        stance |= {"direction": "toward", "choice": typed.text("choice")}
    else:
        stance |= {"direction": typed.text("direction").removesuffix(" window")}
    if typed.text("direction").endswith(" window"):
        stance["window"] = typed.given("first", "last")
    elif typed.given("first", "last"):
        typed.mark("direction", "Choose whether it is within these days or not.")
    needs_direction = not said or _ROUTES.index(said[0]) < _DIRECTED
    if needs_direction and not stance["direction"]:
        for field in ("direction", "choice"):
            typed.mark(field, _MENDS[field])
    if said and _ROUTES.index(said[0]) >= _DIRECTED and stance["direction"]:
        typed.mark("direction", "A value or a bound has no direction: choose none.")
    stance |= _strength(typed)
    return {name: value for name, value in stance.items() if value not in ("", None)}


def _strength(typed: Typed) -> dict[str, Any]:
    """Give how strongly a record speaks, in every way that was filled in."""
    found: dict[str, Any] = {
        "strength": typed.text("strength"),
        "likelihood_ratio": typed.number("likelihood_ratio"),
    }
    if typed.given("stated", "before"):
        chances = {name: typed.chance(name) for name in ("stated", "before")}
        found["source_probability"] = _known(chances)
    if typed.given("value", "spread"):
        found["measured"] = _known({name: typed.number(name) for name in ("value", "spread")})
    if typed.given("at_least", "at_most"):
        found["bound"] = _known({name: typed.number(name) for name in ("at_least", "at_most")})
    return found


def _known(values: Mapping[str, float | None]) -> dict[str, float]:
    """Leave out what is not there."""
    return {name: value for name, value in values.items() if value is not None}


def _mark(typed: Typed, error: ValidationError) -> None:
    """Say beside each field what is wrong with it."""
    for found in error.errors():
        if found["type"] == "value_error" and len(found["loc"]) == _OF_STANCE and typed.errors:
            continue  # that the parts do not fit is said beside one of them already
        field = _field(tuple(str(part) for part in found["loc"]))
        typed.mark(field, _MENDS[field])


def _field(place: tuple[str, ...]) -> str:
    """Give the field of the form behind a place in a record."""
    if place[0] in ("fact", "note"):
        return f"{place[0]}_ja" if place[1:] == ("ja",) else place[0]
    if place[0] != "stances":
        return place[0]
    named = [part for part in place[2:] if part in _MENDS]
    if named:
        return named[-1]
    return next((_PLACES[part] for part in reversed(place[2:]) if part in _PLACES), "strength")

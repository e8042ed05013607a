"""What forecasters, sources, voices and topics are called on pages, in the reader's language."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from api.forecaster_answers import VOICE_NAMES
from api.language import translate
from api.pages.wording import Wording, wording
from api.pages.worths import SOURCE_KINDS
from data.forecasters import read_names
from data.formats.banks import WorldFormat
from data.sources import named_sources
from data.tables import WORLDS
from forecasts.voice_histories import VOICE_KINDS

#: What somebody who forecasts can be.
KINDS_OF_FORECASTERS = {
    "person": "person",
    "bot": "bot",
    "curator": "curator",
    "market": "market",
    "model": "model",
    "crowd": "crowd",
    "house": "house",
    "prior": "prior",
    "naive": "naive sum",
}
#: Kizashi's own voices in words; the API has them in English.
VOICES = {
    "model": "Kizashi's model",
    "crowd": "The crowd",
    "markets": "The markets",
    "house": "The house",
    "opening-prior": "The opening prior",
    "naive-sum": "The naive sum",
}
assert VOICES.keys() == VOICE_NAMES.keys()


@dataclass(frozen=True, slots=True)
class Named:
    """What something is called.

    Attributes:
        text: its name; `language` of it, "" where nobody knows (people's own names).
        kind: what it is, in a word or two; may be empty.
        address: of its page; "" where it has none.
        is_forgotten: the name was erased.
    """

    text: str
    language: str = ""
    kind: str = ""
    address: str = ""
    is_forgotten: bool = False


def forecaster_names(
    connection: Connection, forecasters: Sequence[str], language: str
) -> dict[str, Named]:
    """Give what people, bots and voices are called, by id."""
    rows = read_names(connection, forecasters)
    return {
        name: voice_name(name, language)
        if name in VOICE_KINDS
        else _person(name, rows[name].name, rows[name].kind, rows[name].forgotten_at, language)
        if name in rows
        else Named(name, address=f"/forecasters/{name}")
        for name in forecasters
    }


def voice_name(voice: str, language: str) -> Named:
    """Give what one of Kizashi's own voices is called."""
    kind = translate(KINDS_OF_FORECASTERS[VOICE_KINDS[voice]], language)
    return Named(translate(VOICES[voice], language), language, kind, f"/forecasters/{voice}")


def source_names(connection: Connection, sources: Sequence[str], language: str) -> dict[str, Named]:
    """Give what sources are called, by id; one that no bank names is called by its id."""
    known, found = named_sources(connection), {}
    for source in sources:
        title, kind = Wording(source, "en"), ""
        if source in known:
            title = wording(known[source].title, language)
            kind = translate(SOURCE_KINDS[known[source].kind], language)
        found[source] = Named(title.text, title.language, kind, f"/sources/{source}")
    return found


def topic_names(connection: Connection, language: str) -> dict[str, Named]:
    """Give what worlds and their drivers are called, by id, worlds before their drivers."""
    found: dict[str, Named] = {}
    for row in connection.execute(select(WORLDS.c.body).order_by(WORLDS.c.seq)):
        world = WorldFormat.model_validate_json(row.body)
        titles = {world.id: world.title, **{one.id: one.title for one in world.drivers}}
        for topic, text in titles.items():
            title = wording(text, language)
            found.setdefault(topic, Named(title.text, title.language))
    return found


def _person(
    forecaster: str, name: str, kind: str, forgotten_at: float | None, language: str
) -> Named:
    """Give what a person, bot or curator is called."""
    address, what = f"/forecasters/{forecaster}", translate(KINDS_OF_FORECASTERS[kind], language)
    if forgotten_at is not None:
        words = translate("Forgotten person {id}", language).format(id=forecaster)
        return Named(words, language, what, address, is_forgotten=True)
    return Named(name, "", what, address)

"""Published reports told in words, as feeds have them."""

import json
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import Connection

from api.answers import iso
from api.language import translate
from api.push.stories import Story
from api.reports.editions import VALUES
from api.reports.layout import say_sentence
from data.news import first_hash
from data.reports import read_file, read_reports

#: Reports of a feed.
_MOST = 20


def report_stories(connection: Connection, language: str) -> list[Story]:
    """Tell of the newest editions, newest first."""
    rows = sorted(read_reports(connection), key=lambda row: -row.seq)[:_MOST]
    ledger = first_hash(connection)
    stories = []
    for row in rows:
        values = json.loads(read_file(connection, row.id, VALUES).body)
        title = say_sentence(values["title"], language)
        if row.edition > 1:
            words = translate("{title}, edition {edition}", language)
            title = words.format(title=title, edition=row.edition)
        summary = values["sections"][0]["blocks"][0]["sentences"]
        stories.append(
            Story(
                id=uuid5(NAMESPACE_URL, f"{ledger}/{row.id}").urn,
                title=title,
                sentences=tuple(say_sentence(one, language) for one in summary),
                at=iso(row.published_at),
                page=f"/reports/{row.quarter}",
            )
        )
    return stories

"""Metaculus: posts with the community's median, read only with one's own token and its terms."""

from collections.abc import Mapping
from functools import partial
from typing import Any, ClassVar

from pydantic import SecretStr

from data.importers.base import Asks, Cursor, Importer, State, pages
from data.importers.fetching import Ask
from data.importers.records import FoundMarket, FoundOutcome, FoundQuote, Read, Status
from data.importers.shapes import (
    Fraction,
    IsoTime,
    Seconds,
    Shape,
    field_of,
    parse_json,
    read_shapes,
)

_PAGE = 100
_OPEN, _RESOLVED = "open", "resolved"
#: The aggregate that Metaculus shows as its community prediction.
_COMMUNITY = "recency_weighted"
_VOID = ("ambiguous", "annulled")
_SETTLED = {"yes": 1.0, "no": 0.0}
TERMS = (
    "Metaculus: its data may not be used to train, evaluate or develop AI or ML models without "
    "its written permission. Every request carries your own token; an ordinary account sees the "
    "community prediction of about 50 questions."
)


class MetaculusPoint(Shape):
    """What the community said from one instant on."""

    unread: ClassVar[frozenset[str]] = frozenset(
        {
            "end_time", "interval_lower_bounds", "interval_upper_bounds", "means", "histogram",
            "forecast_values", "method", "question_id",
        }
    )  # fmt: skip

    start_time: Seconds
    forecaster_count: int | None = None
    centers: tuple[Fraction, ...] | None = None


class MetaculusAggregation(Shape):
    """An aggregate with its history; it is empty where it is hidden."""

    unread: ClassVar[frozenset[str]] = frozenset({"score_data", "movement"})

    history: tuple[MetaculusPoint, ...] = ()
    latest: MetaculusPoint | None = None


class MetaculusAggregations(Shape):
    """The aggregates of a question."""

    unread: ClassVar[frozenset[str]] = frozenset(
        {"unweighted", "single_aggregation", "metaculus_prediction"}
    )

    recency_weighted: MetaculusAggregation | None = None


class MetaculusQuestion(Shape):
    """A question."""

    unread: ClassVar[frozenset[str]] = frozenset(
        {
            "description", "options", "all_options_ever", "options_history", "created_at",
            "scheduled_resolve_time", "resolution_set_time", "cp_reveal_time", "possibilities",
            "unit", "open_upper_bound", "open_lower_bound", "inbound_outcome_count", "scaling",
            "post_id", "my_forecasts", "question_weight", "include_bots_in_aggregates",
            "default_score_type", "default_aggregation_method", "group_variable", "group_rank",
            "spot_scoring_time", "average_coverage", "nr_forecasters",
        }
    )  # fmt: skip
    values: ClassVar[dict[str, frozenset[str]]] = {
        "type": frozenset({"binary", "multiple_choice", "numeric", "discrete", "date"}),
        "status": frozenset(
            {"upcoming", "open", "closed", "resolved", "draft", "pending", "rejected"}
        ),
    }

    id: int
    title: str
    type: str
    status: str | None = None
    resolution: str | None = None
    open_time: IsoTime | None = None
    scheduled_close_time: IsoTime | None = None
    actual_close_time: IsoTime | None = None
    actual_resolve_time: IsoTime | None = None
    resolution_criteria: str | None = None
    fine_print: str | None = None
    label: str | None = None
    aggregations: MetaculusAggregations | None = None


class MetaculusGroup(Shape):
    """Questions that stand in one post."""

    model_config = Shape.model_config | {"extra": "ignore"}

    questions: tuple[MetaculusQuestion, ...] = ()


class MetaculusPost(Shape):
    """A post: a question, or several."""

    unread: ClassVar[frozenset[str]] = frozenset(
        {
            "short_title", "author_id", "author_username", "coauthors", "projects", "created_at",
            "edited_at", "curation_status", "comment_count", "resolved", "actual_close_time",
            "scheduled_close_time", "scheduled_resolve_time", "open_time", "forecasts_count",
            "user_permission", "vote", "conditional", "notebook", "curation_status_updated_at",
            "published_at_triggered", "key_factors", "status", "url_title", "html_metadata_json",
            "is_current_content_translated", "description", "open_upper_bound",
        }
    )  # fmt: skip

    id: int
    title: str
    published_at: IsoTime | None = None
    nr_forecasters: int | None = None
    slug: str | None = None
    question: MetaculusQuestion | None = None
    group_of_questions: MetaculusGroup | None = None


class Metaculus(Importer):
    """Metaculus' API, for who has a token and keeps its terms."""

    platform = "metaculus"
    per_second = 1.0

    def __init__(self, token: SecretStr, url: str = "https://www.metaculus.com") -> None:
        self._token, self._url = token, url

    def headers(self) -> dict[str, str]:
        """Give the token, which stands in no log and in no address."""
        return {"Authorization": f"Token {self._token.get_secret_value()}"}

    def asks(self, state: State) -> Asks:
        """Ask for open posts and for resolved ones; the latter once, as far as they are known."""
        for part in (_OPEN, _RESOLVED):
            yield from pages(state, part, partial(self._list, part))

    def _list(self, part: str, cursor: Cursor) -> Ask:
        """Ask for a page of posts. `next` is an address, and no address is taken from an answer."""
        offset = int(cursor.get("next") or 0)
        query = {
            "limit": str(_PAGE),
            "offset": str(offset),
            "statuses": part,
            "forecast_type": "binary",
            "with_cp": "true",
            "include_cp_history": "true",
            "order_by": "-published_at",
        }
        return Ask(part, f"{self._url}/api/posts/", query, {"offset": offset})

    def read(self, part: str, about: Mapping[str, Any], body: bytes, at: float) -> Read:
        """Read a page of posts."""
        answer = parse_json(body, self.platform, part)
        records = field_of(answer, "results", self.platform, part)
        read = Read()
        for post, _ in read_shapes(MetaculusPost, records, "id", read):
            if post.question is not None:
                _take(post, post.question, None, at, read)
            for question in (
                () if post.group_of_questions is None else post.group_of_questions.questions
            ):
                _take(post, question, str(post.id), at, read)
        if answer.get("next") is not None and records:
            read.following = str(int(about["offset"]) + _PAGE)
        return read


def _take(
    post: MetaculusPost, question: MetaculusQuestion, parent: str | None, at: float, read: Read
) -> None:
    """Take a question, with what its community said and what it came to."""
    word = question.resolution
    key = str(post.id) if parent is None else f"{post.id}:{question.id}"
    is_binary = question.type == "binary"
    status: Status = "open"
    if question.status == "resolved" or word is not None:
        status = "void" if word in _VOID else "resolved"
    elif question.actual_close_time is not None and question.actual_close_time <= at:
        status = "closed"
    title = (
        question.title if parent is None else f"{post.title}: {question.label or question.title}"
    )
    criteria = "\n\n".join(filter(None, (question.resolution_criteria, question.fine_print)))
    read.markets.append(
        FoundMarket(
            key=key,
            title=title,
            status=status,
            parent=parent,
            parent_title=None if parent is None else post.title,
            criteria=criteria,
            url=f"https://www.metaculus.com/questions/{post.id}/",
            kind=question.type,
            opens=question.open_time,
            closes=question.scheduled_close_time,
            traits={"question": question.id},
        )
    )
    if is_binary:
        _take_history(key, question, at, read)
    if is_binary and word is not None:
        if word in _VOID:
            read.outcomes.append(FoundOutcome(key, "void", None, question.actual_resolve_time))
        elif word in _SETTLED:
            value = _SETTLED[word]
            outcome = FoundOutcome(key, "resolved", value, question.actual_resolve_time)
            read.outcomes.append(outcome)
        else:
            read.unknown["MetaculusQuestion", f"resolution={word[:40]}"] += 1


def _take_history(key: str, question: MetaculusQuestion, at: float, read: Read) -> None:
    """Take what the community said, as far as it is shown to the holder of the token."""
    all_of_it = question.aggregations
    community = None if all_of_it is None else all_of_it.recency_weighted
    if community is None:
        return
    latest = () if community.latest is None else (community.latest,)
    seen = set()
    for point in (*community.history, *latest):
        if point.centers and point.start_time <= at and point.start_time not in seen:
            seen.add(point.start_time)
            read.quotes.append(
                FoundQuote(
                    key,
                    point.start_time,
                    "community_median",
                    point.centers[0],
                    volume=point.forecaster_count,
                )
            )

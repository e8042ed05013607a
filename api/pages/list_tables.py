"""The list of questions as a table: what the page shows, in columns."""

from collections.abc import Iterable, Iterator

from api.answers import QuestionAnswer
from data.exports.columns import ExportTable, Row, day, listed, number, text
from data.exports.reading import TITLES, WORLD, as_json

LISTED = ExportTable(
    "listed_questions",
    "A question with what is forecast of it.",
    "質問と、その予測。",
    (
        text("id", "its id", "id"),
        WORLD,
        *TITLES,
        text("status", "upcoming, open, closed, resolved, annulled or ambiguous", "状態"),
        text("type", "binary, multiple_choice, numeric or date", "種類"),
        day("opens", "first day", "開始日"),
        day("closes", "last day on which it takes forecasts and evidence", "締切日"),
        number("probability", "of yes", "「はい」の確率"),
        text("median", "of a number or a day", "数値・日付の中央値"),
        text("low", "lower end of the 90% interval", "90%区間の下端"),
        text("high", "upper end of the 90% interval", "90%区間の上端"),
        text("options", "chance of each option, as JSON", "選択肢ごとの確率（JSON）"),
        number(
            "moved_bits", "net change of log2 odds in 7 days", "7日間の対数オッズの変化（ビット）"
        ),
        text("outcome", "as JSON: true, an option, a number, a day", "結果（JSON）"),
        day("resolved_at", "when the outcome became fixed", "結果が定まった日"),
        listed(
            "tags", "claims behind it, and drivers that it loads on", "元になった主張とドライバー"
        ),
    ),
    lambda *_: (),
)


def listed_rows(answers: Iterable[QuestionAnswer]) -> Iterator[Row]:
    """Give the rows of some questions."""
    for answer in answers:
        written, forecast, outcome = answer.question, answer.forecast, answer.resolution
        options = forecast.options if forecast else None
        chances = {option.option: option.probability for option in options or ()}
        yield {
            "id": answer.id,
            "world": answer.world,
            "title_en": written.title.en,
            "title_ja": written.title.ja,
            "status": answer.status,
            "type": written.type,
            "opens": written.opens.isoformat(),
            "closes": written.closes.isoformat(),
            **{
                name: getattr(forecast, name) if forecast else None
                for name in ("probability", "median", "low", "high")
            },
            "options": as_json(chances) if chances else None,
            "moved_bits": answer.moved_bits,
            "outcome": as_json(outcome.model_dump(mode="json")["outcome"]) if outcome else None,
            "resolved_at": outcome.resolved_at.isoformat() if outcome else None,
            "tags": list(answer.tags),
        }

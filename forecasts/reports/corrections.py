"""What an earlier edition said, and what would be said today: the differences, in sentences."""

from forecasts.reports.inputs import Inputs, Published
from forecasts.reports.naming import status_in_words
from forecasts.reports.outcomes import scores_of
from forecasts.reports.quarters import Quarter
from forecasts.reports.values import Sentence, Text, told

#: A score that moved by less is the same.
_SAME = 1e-9
#: Questions that are told of one by one.
_MOST = 20

type Said = tuple[Text | None, float | None, str]


def said_of_quarter(inputs: Inputs, quarter: Quarter) -> dict[str, Said]:
    """Give outcome, loss in bits and state of the questions of a quarter, by id."""
    scores = scores_of(inputs, quarter)
    return {
        one.id: (one.outcome, scores[one.id][0] if one.id in scores else None, one.status)
        for one in inputs.known_in(quarter)
    }


def changes_of(inputs: Inputs, before: Published) -> list[Sentence]:
    """Say what has changed since an edition was published: question by question, then in sum."""
    now = said_of_quarter(inputs, before.quarter)
    names = sorted({*now, *before.questions})
    changes = [
        sentence
        for name in names
        if (sentence := _change(inputs, before, name, before.questions.get(name), now.get(name)))
    ]
    left_out = len(changes) - _MOST
    if left_out > 0:
        changes = [*changes[:_MOST], told("And {count} questions more.", count=left_out)]
    headline = inputs.headline_of(before.quarter)
    old, new = before.headline.log2_loss, headline.log2_loss
    if old is not None and new is not None and abs(old - new) > _SAME:
        changes.append(
            told(
                "Bits lost per question: {before:.3f} on {count} questions before, {after:.3f} on "
                "{now} now.",
                before=old,
                count=before.headline.questions,
                after=new,
                now=headline.questions,
            )
        )
    return changes


def _change(
    inputs: Inputs, before: Published, name: str, old: Said | None, new: Said | None
) -> Sentence | None:
    """Say how one question differs."""
    asked = inputs.questions.get(name)
    title = asked.title if asked else before.titles.get(name, Text(name))
    if old is None and new is not None:
        outcome = _outcome(inputs, name)
        return told("New: {title} Outcome: {outcome}.", title=title, outcome=outcome)
    if new is None:
        return told("No longer of this quarter: {title}", title=title)
    assert old is not None
    if old[0] != new[0] or old[2] != new[2]:
        return told(
            "{title} Outcome before: {before}; now: {after}.",
            title=title,
            before=old[0] or status_in_words(old[2]),
            after=_outcome(inputs, name),
        )
    if old[1] is not None and new[1] is not None and abs(old[1] - new[1]) > _SAME:
        return told(
            "{title} Bits lost before: {before:.3f}; now: {after:.3f}.",
            title=title,
            before=old[1],
            after=new[1],
        )
    return None


def _outcome(inputs: Inputs, name: str) -> Text | Sentence:
    """Give the outcome of a question as it stands now."""
    asked = inputs.questions[name]
    return asked.outcome or status_in_words(asked.status)

"""The first section: what a reader must know, in sentences that are built from the numbers."""

import numpy as np

from forecasts.betting import REJECT_AT
from forecasts.calibration_reports import FEW
from forecasts.reports.calls import calls_of
from forecasts.reports.corrections import changes_of
from forecasts.reports.inputs import MODEL, PEOPLE, Inputs, Mean, mean_of
from forecasts.reports.scores import prior_loss
from forecasts.reports.values import Paragraph, Section, Sentence, Text, told

#: What is said of scores that were replayed.
RETROSPECTIVE = {
    "all": told(
        "Retrospective: all scores of this report rest on evidence that was collected with "
        "hindsight and then replayed. They show how the machine works, and not how good live "
        "forecasts would be."
    ),
    "some": told(
        "Partly retrospective: some scores of this report rest on evidence that was collected with "
        "hindsight and then replayed. They show how the machine works, and not how good live "
        "forecasts would be."
    ),
}


def summary_section(inputs: Inputs, retrospective: str) -> Section:
    """Say in a few sentences what the quarter showed, and what it could not show."""
    sentences: list[Sentence] = []
    if retrospective in RETROSPECTIVE:
        sentences.append(RETROSPECTIVE[retrospective])
    sentences += _counted(inputs)
    sentences += _scored(inputs)
    sentences += _compared(inputs)
    sentences += _calibrated(inputs)
    sentences += _called(inputs)
    sentences.append(
        told("Open when the quarter ended: {count} questions.", count=len(inputs.open_at_end))
    )
    corrected = [one for one in inputs.published if one.quarter == inputs.quarter]
    if corrected and changes_of(inputs, corrected[-1]):
        sentences.append(
            told("This edition corrects an earlier one; what changed stands under Corrections.")
        )
    return Section(
        "summary", told("What you must know"), (Paragraph(tuple(sentences), is_list=True),)
    )


def _counted(inputs: Inputs) -> list[Sentence]:
    """Say how many outcomes there are, and what they are worth."""
    headline = inputs.headline_of(inputs.quarter)
    known = inputs.known_in(inputs.quarter)
    scored = sum(one.status == "resolved" for one in known)
    if not scored:
        return [
            told(
                "No question got an outcome in this quarter (annulled or ambiguous: {void}).",
                void=headline.annulled,
            )
        ]
    if headline.effective is None:
        return [
            told(
                "Outcomes in this quarter: {scored} (annulled or ambiguous besides: {void}). So "
                "few say next to nothing of how good forecasts are.",
                scored=scored,
                void=headline.annulled,
            )
        ]
    return [
        told(
            "Outcomes in this quarter: {scored:,}, worth {effective:,.1f} unlinked questions "
            "(annulled or ambiguous besides: {void}).",
            scored=scored,
            effective=headline.effective,
            void=headline.annulled,
        )
    ]


def _scored(inputs: Inputs) -> list[Sentence]:
    """Say what the model lost, beside its opening prior."""
    table = inputs.of_voice(MODEL, inputs.quarter)
    loss, before = inputs.mean_of(table), prior_loss(inputs)
    if loss is None or before is None:
        return _people_scored(inputs)
    sentences = [
        told(
            "The model lost {loss:.2f} bits per question, and its opening prior, which knows no "
            "evidence, {prior:.2f}.",
            loss=loss.mean,
            prior=before.mean,
        )
    ]
    gains = inputs.gains(table)
    gain = mean_of(gains[~np.isnan(gains)], inputs.blocks_of(table.take(~np.isnan(gains))))
    if gain is not None:
        sentences.append(_gained(gain))
    return sentences


def _gained(gain: Mean) -> Sentence:
    """Say whether evidence helped, and how sure that is."""
    if gain.low is None or gain.high is None:
        return told(
            "So evidence was worth {bits:+.2f} bits per question; one block of linked questions "
            "cannot say how much of that is luck.",
            bits=gain.mean,
        )
    facts = {"bits": gain.mean, "low": gain.low, "high": gain.high}
    if gain.low > 0:
        return told(
            "So evidence was worth {bits:+.2f} bits per question [{low:+.2f} to {high:+.2f}]: it "
            "helped, beyond what luck explains.",
            **facts,
        )
    if gain.high < 0:
        return told(
            "So evidence was worth {bits:+.2f} bits per question [{low:+.2f} to {high:+.2f}]: it "
            "misled, beyond what luck explains.",
            **facts,
        )
    return told(
        "So evidence was worth {bits:+.2f} bits per question [{low:+.2f} to {high:+.2f}]; that may "
        "be luck.",
        **facts,
    )


def _people_scored(inputs: Inputs) -> list[Sentence]:
    """Say what people lost, where no voice was scored."""
    loss = inputs.mean_of(inputs.of_people(inputs.quarter))
    if loss is None:
        return [told("No forecast stood on these questions, so nothing is scored.")]
    if loss.low is None or loss.high is None:
        return [told("Forecasters lost {loss:.2f} bits per forecast.", loss=loss.mean)]
    return [
        told(
            "Forecasters lost {loss:.3f} bits per forecast [{low:.3f} to {high:.3f}]; who always "
            "says 50% loses 1.",
            loss=loss.mean,
            low=loss.low,
            high=loss.high,
        )
    ]


def _compared(inputs: Inputs) -> list[Sentence]:
    """Set the quarter beside the one before it."""
    now = inputs.headline_of(inputs.quarter)
    before = inputs.headline_of(inputs.quarter.before())
    if now.log2_loss is None or before.log2_loss is None:
        return [told("The quarter before has no scores to compare with.")]
    facts = {"before": before.log2_loss, "count": before.questions, "now": now.log2_loss}
    words = told(
        "The quarter before: {before:.2f} bits per question on {count} questions; now {now:.2f}.",
        **facts,
    )
    ends = (now.low, now.high, before.low, before.high)
    if None in ends:
        return [words, told("That is too few to call it better or worse.")]
    apart = (now.high or 0) < (before.low or 0) or (now.low or 0) > (before.high or 0)
    if apart:
        return [words, told("The intervals do not meet: the two quarters differ.")]
    return [words, told("The intervals meet: no change can be told from luck.")]


def _calibrated(inputs: Inputs) -> list[Sentence]:
    """Say what is known of calibration."""
    is_model = len(inputs.of_voice(MODEL, inputs.quarter)) > 0
    report, _ = inputs.calibration_of(MODEL if is_model else PEOPLE, inputs.quarter)
    if report is None:
        return []
    if report.questions < FEW:
        return [
            told(
                "Yes-or-no outcomes: {n}. That is too few to say whether 70% means 70%; it takes "
                "{few} to draw the curve at all.",
                n=report.questions,
                few=FEW,
            )
        ]
    facts = {"mcb": report.miscalibration, "null": report.null.mean, "n": report.questions}
    is_rejected = (report.e_value or 0.0) >= REJECT_AT or report.miscalibration > report.null.upper
    if is_rejected:
        return [
            told(
                "On {n:,} yes-or-no outcomes forecasts were not calibrated: miscalibration cost "
                "{mcb:.4f}, where chance alone makes {null:.4f}.",
                **facts,
            )
        ]
    return [
        told(
            "On {n:,} yes-or-no outcomes nothing shows that forecasts were not calibrated: "
            "miscalibration cost {mcb:.4f}, where chance alone makes {null:.4f}.",
            **facts,
        )
    ]


def _called(inputs: Inputs) -> list[Sentence]:
    """Name the worst call and the best."""
    best, worst = calls_of(inputs)
    sentences = []
    if worst:
        asked, credit = worst[0]
        sentences.append(
            told(
                "Worst call: {title} ({outcome}), {bits:+.2f} bits.",
                title=asked.title,
                outcome=asked.outcome or Text(""),
                bits=credit.gain,
            )
        )
    if best:
        asked, credit = best[0]
        sentences.append(
            told(
                "Best call: {title} ({outcome}), {bits:+.2f} bits.",
                title=asked.title,
                outcome=asked.outcome or Text(""),
                bits=credit.gain,
            )
        )
    return sentences

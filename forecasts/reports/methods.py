"""Methods in plain words: how forecasts are made, scored and credited, and how numbers are read."""

from forecasts.reports.values import Sentence, told

MAKING = (
    told(
        "The model starts each question from how often such things happen (the opening prior), "
        "and moves it by records of evidence: each counts by what its source's word is worth, "
        "and copies of one report count once."
    ),
)
SCORING = (
    told(
        "Bits lost: the log2 score, −log2 of the chance given to what happened, averaged over the "
        "time for which forecasts stood; 0 is perfect, and 1 is what 50% costs."
    ),
    told("Brier: the squared error, from 0 to 1. Lower is better in both."),
    told("Square brackets hold 90% intervals, which count linked questions as one."),
)
WINDOWS = (
    told(
        "Scores are averaged over the announced window of a question, up to the moment when "
        "the outcome became fixed, so that nobody gains by waiting. Voices and people are "
        "scored by the same rules."
    ),
    told(
        "Intervals hold 90%. They treat questions that read one outcome as one, and use "
        "Student's t, so that few questions give wide intervals; there is none for one block."
    ),
)
CALIBRATION = (
    told("Calibration looks at the first forecast of each forecaster on each question."),
    told(
        "Brier = MCB − DSC + UNC (CORP): MCB is what miscalibration costs, DSC what telling "
        "questions apart earns, UNC how uncertain the outcomes were. Chance alone makes MCB "
        "larger than 0: its mean under perfect calibration stands beside it."
    ),
    told(
        "E is the money of somebody who bets against calibration and began with 1: it may be "
        "looked at at any time, and 20 rejects calibration. z is Spiegelhalter's: beyond ±1.96 "
        "one calibrated set in twenty lies."
    ),
)
FEW_OUTCOMES = (
    told(
        "Below {few} yes-or-no outcomes a posterior of two numbers is shown in the place of a "
        "calibration curve, since a curve would show luck.",
        few=30,
    ),
)
SKILL = (
    told(
        "Skill: bits per question beside the others who stood at the same times, drawn towards "
        "0 for who has few. Ranks whose intervals overlap cannot be told apart."
    ),
    told(
        "Forecasters stand here by their ids, since a report never changes and a person may "
        "ask to be forgotten."
    ),
)
CREDIT = (
    told(
        "Credit: the bits of log2 score that a record added to the forecasts of a question, "
        "shared among records by Shapley values; negative where it misled."
    ),
    told("Bits on questions that their submitter also resolved are paid to nobody."),
)
HINDSIGHT = (
    told(
        "Retrospective means that a bank replayed the past: its evidence was collected when "
        "outcomes were known, so scores show how the machine works, and not how good it is."
    ),
)
FROZEN = (
    told(
        "The same checkpoint, version and libraries give the same bytes. `kizashi report "
        "verify FILE` computes a report again from the ledger and says whether it is equal."
    ),
)
MEMBERS = (
    told(
        "A question belongs to the quarter in which its outcome could first be known "
        "(known_by), whenever it was entered."
    ),
)
#: All of it, as a page of its own has it: title and sentences of each part.
METHODS: tuple[tuple[Sentence, tuple[Sentence, ...]], ...] = (
    (told("How forecasts are made"), MAKING),
    (told("How they are scored"), (*MEMBERS, *SCORING, *WINDOWS)),
    (told("Calibration: does 70% mean 70%?"), (*CALIBRATION, *FEW_OUTCOMES)),
    (told("Forecasters"), SKILL),
    (told("Evidence and sources"), CREDIT),
    (told("What can be trusted"), (*HINDSIGHT, *FROZEN)),
)

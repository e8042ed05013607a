"""What-ifs and scenarios as they stand: from the domain's numbers to the API's answers."""

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from sqlalchemy import Row

from api.answers import ForecastAnswer, Movement, iso
from api.language import translate
from api.scenario_answers import (
    ChanceAnswer,
    OutcomeAnswer,
    Reading,
    ScenarioAnswer,
    ScenarioStepAnswer,
    SwingAnswer,
    TableAnswer,
    TableAxisAnswer,
    TargetAnswer,
    TargetValueAnswer,
    WatchAnswer,
    WhatIfAnswer,
)
from data.formats.scenarios import Conditions, Cut, NamedScenario, WhatIfFormat
from data.scenarios import decode_scenario
from data.summaries import summarise
from forecasts.conditions import OutcomeCondition, stretch_of
from forecasts.distributions import Forecast
from forecasts.errors import ConditionDoesNotFit
from forecasts.information import (
    TargetValue,
    Watched,
    headline,
    target_value,
    tornado,
    watch_list,
)
from forecasts.joint import Axis, JointTable, axis_of, joint_table
from forecasts.refusals import QuestionNotOpen
from forecasts.scenarios import (
    FEW_DRAWS,
    Chance,
    Supposition,
    bits_moved,
    conditional_forecasts,
    suppose,
)
from forecasts.timeline import Timeline
from forecasts.times import day_of, end_of_day
from forecasts.worlds import World


def answer_what_if(timeline: Timeline, written: WhatIfFormat, language: str) -> WhatIfAnswer:
    """Answer a what-if.

    Raises:
        UnknownQuestion, UnknownDriver, QuestionNotOpen, ConditionDoesNotFit, ImpossibleScenario:
            see there.
    """
    return answer_under(timeline, put_under(timeline, written), written, language)


def put_under(timeline: Timeline, written: WhatIfFormat) -> Supposition:
    """Put a world under what is supposed; raises what `answer_what_if` does."""
    scenario = decode_scenario(written, "")
    cut = [one.question if isinstance(one, Cut) else one for axes in written.tables for one in axes]
    target = [written.target] if written.target else []
    require_opened(timeline, [*scenario.questions, *cut, *target])
    return suppose(timeline.world, scenario)


def answer_under(
    timeline: Timeline, supposition: Supposition, written: WhatIfFormat, language: str
) -> WhatIfAnswer:
    """Answer a what-if whose world is under it already."""
    return WhatIfAnswer(
        world=timeline.world.id,
        at=iso(timeline.world.now),
        reading=reading_of(written),
        chance=chance_answer(supposition.chance),
        warning=_warning(supposition, language),
        questions=_movements(timeline, supposition),
        target=_target(timeline, supposition, written.target) if written.target else None,
        tables=tuple(_table(supposition, axes) for axes in written.tables),
    )


def require_opened(timeline: Timeline, questions: Iterable[str]) -> None:
    """Refuse questions that have not opened.

    Raises:
        QuestionNotOpen: one waits for its day.
    """
    for name in questions:
        if name in timeline.registered:
            opens = day_of(timeline.registered[name].question.opens)
            raise QuestionNotOpen(question=name, opens=f"{opens}")


def scenario_answer(row: Row[Any], timeline: Timeline) -> ScenarioAnswer:
    """Give a stored scenario as an answer."""
    written = NamedScenario.model_validate_json(row.body)
    return ScenarioAnswer(
        id=row.id,
        world=row.world,
        author=row.author,
        entry=row.seq,
        stored_at=iso(row.stored_at),
        reading=reading_of(written),
        scenario=written,
        chance=chance_answer(timeline.followed.standing[row.id]),
    )


def scenario_step_answer(row: Row[Any]) -> ScenarioStepAnswer:
    """Give a row of a scenario's history as an answer."""
    return ScenarioStepAnswer(
        at=iso(row.at),
        cause=row.cause,
        cause_id=row.cause_id,
        bits=row.bits,
        probability=row.probability,
        monte_carlo_error=row.monte_carlo_error,
        effective_draws=row.effective_draws,
    )


def reading_of(written: Conditions) -> Reading:
    """Say how the conditions are to be read."""
    if written.learn and written.make:
        return "make_then_learn"
    return "make" if written.make else "learn"


def chance_answer(chance: Chance) -> ChanceAnswer:
    """Give how likely a scenario is as an answer."""
    return ChanceAnswer(
        probability=chance.probability,
        monte_carlo_error=chance.monte_carlo_error,
        effective_draws=chance.effective_draws,
    )


def _warning(supposition: Supposition, language: str) -> str | None:
    """Say if too few draws are left."""
    left = supposition.chance.effective_draws
    if left >= FEW_DRAWS:
        return None
    text = "Only {count} effective draws are left under these conditions: take this as a guess."
    return translate(text, language).format(count=round(left))


def _movements(timeline: Timeline, supposition: Supposition) -> tuple[Movement, ...]:
    """Every open question before and under the scenario, what moves most first."""
    world = timeline.world
    curves = {world.questions[name].curve for name in supposition.scenario.questions}
    movements = [
        Movement(
            question=name,
            direct=world.questions[name].curve in curves,
            bits=bits_moved(world.questions[name], timeline.standing[name], after),
            before=_forecast(world, timeline.standing[name]),
            after=_forecast(world, after),
        )
        for name, after in conditional_forecasts(supposition, set(timeline.standing)).items()
    ]
    return tuple(sorted(movements, key=lambda one: -abs(one.bits)))


def _forecast(world: World, forecast: Forecast) -> ForecastAnswer:
    """Give a forecast as an answer."""
    return ForecastAnswer.model_validate({"at": iso(world.now), **summarise(world, forecast)})


def _target(timeline: Timeline, supposition: Supposition, target: str) -> TargetAnswer:
    """What to watch for a target, and how far each driver swings it."""
    main = headline(supposition, target)
    label = outcome_labels(supposition.world, axis_of(supposition, target))
    question = supposition.world.questions[target]
    ranked = watch_list(supposition, target, tuple(timeline.standing))

    def value(found: TargetValue) -> TargetValueAnswer:
        median = found.median
        if median is None or not abs(median) < float("inf"):
            return TargetValueAnswer(probability=found.probability, median=None)
        shown = f"{day_of(median)}" if question.type == "date" else median
        return TargetValueAnswer(probability=found.probability, median=shown)

    return TargetAnswer(
        question=target,
        headline=main.labels[0] if main.labels else label[0 if question.type == "date" else -1],
        value=value(target_value(supposition, main)),
        watch=tuple(_watch(supposition.world, one, value) for one in ranked),
        tornado=tuple(
            SwingAnswer(
                driver=one.driver,
                reading="make",
                low_value=one.values[0],
                high_value=one.values[1],
                low=value(one.low),
                high=value(one.high),
                bits=one.bits,
            )
            for one in tornado(supposition, target)
        ),
    )


def _watch(world: World, watched: Watched, value: Any) -> WatchAnswer:
    """Give one question of the ranking as an answer."""
    labels = outcome_labels(world, watched.axis)
    rows = zip(labels, watched.probabilities, watched.targets, strict=True)
    outcomes = tuple(
        OutcomeAnswer(outcome=label, probability=chance, target=value(after) if after else None)
        for label, chance, after in rows
    )
    return WatchAnswer(
        question=watched.axis.question, information=watched.information, outcomes=outcomes
    )


def _table(supposition: Supposition, wanted: tuple[str | Cut, ...]) -> TableAnswer:
    """Give a joint table as an answer."""
    table = asked_table(supposition, wanted)
    labelled = tuple(
        TableAxisAnswer(question=axis.question, outcomes=outcome_labels(supposition.world, axis))
        for axis in table.axes
    )
    return TableAnswer(
        axes=labelled,
        probabilities=table.probabilities.tolist(),
        monte_carlo_errors=table.errors.tolist(),
    )


def asked_table(supposition: Supposition, wanted: tuple[str | Cut, ...]) -> JointTable:
    """Give a joint table of questions, cut where it is asked for.

    Raises:
        ConditionDoesNotFit: a question cannot be cut there.
    """
    return joint_table(supposition, [_axis(supposition, one) for one in wanted])


def _axis(supposition: Supposition, wanted: str | Cut) -> Axis:
    """A question of a table, cut where it is asked for."""
    if isinstance(wanted, str):
        return axis_of(supposition, wanted)
    axis = axis_of(supposition, wanted.question)
    question = supposition.world.questions[wanted.question]
    if axis.labels:
        mend = "its id alone"
        raise ConditionDoesNotFit(subject=question.id, kind=question.type, mend=mend)
    space = supposition.world.curves[question.curve].curve.space
    if wanted.by is not None:
        stretch_of(question, space, OutcomeCondition(question.id, "by", wanted.by))
        return axis_of(supposition, question.id, at=end_of_day(wanted.by))
    assert wanted.at_least is not None
    stretch_of(question, space, OutcomeCondition(question.id, "at_least", wanted.at_least))
    return axis_of(supposition, question.id, at=wanted.at_least)


def outcome_labels(world: World, axis: Axis) -> tuple[str, ...]:
    """Name the outcomes of an axis: no and yes, options, or what lies between its cuts."""
    if axis.labels:
        return axis.labels
    of_date = world.questions[axis.question].type == "date"
    cuts = [f"{day_of(cut - 1)}" if of_date else f"{cut:.4g}" for cut in axis.cuts]
    first, between, last = (
        ("by {}", "after {}, by {}", "after {}, or never")
        if of_date
        else ("below {}", "{} to {}", "at least {}")
    )
    inner = [between.format(*pair) for pair in pairwise(cuts)]
    return (first.format(cuts[0]), *inner, last.format(cuts[-1]))

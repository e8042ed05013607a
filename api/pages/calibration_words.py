"""Calibration in words: are forecasts calibrated, how sure is that, and what each number is."""

from dataclasses import dataclass

from babel.numbers import format_decimal

from api.language import translate
from api.words import percent
from forecasts.betting import REJECT_AT
from forecasts.calibration_reports import FEW, PitReport, YesNoReport

#: Where tests of a fixed number of forecasts begin to speak against calibration.
_UNLIKELY, _FAR_OFF = 0.05, 1.96
#: Money from which bets begin to speak.
_SUSPICIOUS = 5.0


@dataclass(frozen=True, slots=True)
class Told:
    """A number, what it is called, and what it says.

    Attributes:
        number: as it is written; empty where there is none.
    """

    name: str
    number: str
    says: str


def verdict(report: YesNoReport) -> str:
    """Judge calibration, by the bet first, then by what may be looked at once.

    Returns:
        `off`, `few` (outcomes: no other verdict), `signs` (against it), or `fine`.
    """
    money = report.e_value or 0.0
    if money >= REJECT_AT:
        return "off"
    if report.questions < FEW:
        return "few"
    is_far = report.z is not None and abs(report.z) > _FAR_OFF
    if money >= _SUSPICIOUS or is_far or report.null.p_value < _UNLIKELY:
        return "signs"
    return "fine"


def answer(
    report: YesNoReport | None, pit: PitReport | None, means: tuple[float, float], language: str
) -> tuple[str, str]:
    """Answer whether these forecasts are calibrated, and how sure that is.

    Args:
        means: the mean forecast of yes or no, and the share that came true.
    """
    if report is None:
        count = pit.questions if pit else 0
        words = "None of these forecasts of yes or no has an outcome yet, so nothing can be said."
        if count:
            words = "There is no yes or no among these; {count:,} numbers and dates are below."
        return translate("Nobody knows yet.", language), translate(words, language).format(
            count=count
        )
    short = {
        "off": "No, they are not calibrated.",
        "signs": "Perhaps not: there are signs against it.",
        "few": "It is too early to tell.",
        "fine": "Yes, as far as can be told.",
    }[verdict(report)]
    return translate(short, language), _sure(report, means, language)


def slope_words(report: YesNoReport, language: str) -> tuple[Told, Told] | None:
    """Say what few outcomes tell of (a, b)."""
    if report.posterior is None:
        return None
    a, b = report.posterior.intercept(), report.posterior.slope()
    leaning = "Things may happen more or less often than forecast: this cannot be told yet."
    if a.low > 0:
        leaning = "Things happen more often than forecast."
    elif a.high < 0:
        leaning = "Things happen less often than forecast."
    slope = "Too bold or too timid: neither is excluded yet."
    if b.high < 1:
        slope = "Too bold: forecasts are further from 50% than they should be."
    elif b.low > 1:
        slope = "Too timid: forecasts are nearer to 50% than they should be."
    interval = translate("{mean} ({low} to {high})", language)
    return (
        Told(
            translate("Leaning a", language),
            interval.format(mean=signed(a.mean), low=signed(a.low), high=signed(a.high)),
            translate(leaning, language),
        ),
        Told(
            translate("Slope b", language),
            interval.format(mean=f"{b.mean:.2f}", low=f"{b.low:.2f}", high=f"{b.high:.2f}"),
            translate(slope, language),
        ),
    )


def parts_told(report: YesNoReport, language: str) -> tuple[Told, ...]:
    """Say what the score is made of, and what the tests say."""
    null = report.null
    told = (
        (
            "Brier score",
            f"{report.brier:.4f}",
            (
                "Mean squared error of the forecasts: 0 is perfect, 0.25 is what always saying 50% "
                "gets. It is MCB − DSC + UNC."
            ),
        ),
        (
            "MCB, miscalibration",
            f"{report.miscalibration:.4f}",
            (
                "What is lost because forecasts do not come true as often as they say. Chance "
                "alone makes {mean:.4f} of it for calibrated forecasts, and more than "
                "{upper:.4f} in one of twenty cases (p = {p:.3f})."
            ),
        ),
        (
            "DSC, discrimination",
            f"{report.discrimination:.4f}",
            "What is gained because forecasts tell what happens from what does not.",
        ),
        (
            "UNC, uncertainty",
            f"{report.uncertainty:.4f}",
            "How hard the questions were: what always saying the share that came true would get.",
        ),
        (
            "Spiegelhalter's z",
            "–" if report.z is None else signed(report.z),
            (
                "Beyond 1.96 either way speaks against calibration, if looked at once. It is left "
                "out where forecasts share outcomes."
            ),
        ),
        (
            "Expected calibration error",
            f"{report.ece:.3f}",
            "Mean distance between forecast and share in ten bins; few outcomes make it large.",
        ),
    )
    return tuple(
        Told(
            translate(name, language),
            number,
            translate(says, language).format(mean=null.mean, upper=null.upper, p=null.p_value),
        )
        for name, number, says in told
    )


def money_words(report: YesNoReport, language: str) -> str:
    """Say what the money of the bet means."""
    if report.e_value is None:
        return translate("There are too many linked forecasts for the bet.", language)
    words = (
        "Somebody bets against these forecasts, beginning with 1, and has {money} now. If they are "
        "calibrated, he reaches 20 with a chance of at most 5%, however often one looks. So 20 "
        "rejects calibration; little money proves nothing, it only finds nothing."
    )
    return translate(words, language).format(money=money_in_words(report.e_value, language))


def money_in_words(money: float, language: str) -> str:
    """Write money with three digits that count."""
    if money >= 1e6:
        return translate("more than a million", language)
    digits = "0.00" if money < 10 else "#,##0"
    return format_decimal(money, digits, locale=language)


def pit_words(pit: PitReport, language: str) -> str:
    """Say where outcomes fell in the forecasts of numbers and dates."""
    words = (
        "Of {count:,} outcomes each has a place in its forecast: 0% at its low end, 50% at its "
        "median, 100% at its high end. If forecasts are right, all places are equally likely; "
        "their mean is {mean:.0%} here."
    )
    return translate(words, language).format(count=pit.forecasts, mean=pit.mean)


def _sure(report: YesNoReport, means: tuple[float, float], language: str) -> str:
    """Say how sure the answer is, and below FEW outcomes what points which way."""
    words = (
        "{count:,} questions have an outcome. A bet against calibration stands at {money}, where "
        "20 would reject it; chance alone makes a miscalibration as large in {share:.0%} of cases."
    )
    if verdict(report) == "few":
        words = (
            "{count:,} questions have an outcome; a verdict takes {few}. Forecasts said {said} on "
            "average, and {came} came true; chance alone makes a miscalibration as large in "
            "{share:.0%} of cases. A bet against calibration stands at {money}, where 20 would "
            "reject it."
        )
    said, came = (percent(one, language) for one in means)
    return translate(words, language).format(
        count=report.questions,
        few=FEW,
        said=said,
        came=came,
        money="–" if report.e_value is None else money_in_words(report.e_value, language),
        share=report.null.p_value,
    )


def signed(amount: float) -> str:
    """Write a number with its sign."""
    return f"{amount:+.2f}".replace("-", "\N{MINUS SIGN}")

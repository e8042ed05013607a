"""What a leaderboard says in sentences: who is best, how sure that is, what cannot be said."""

from collections.abc import Callable, Sequence

from api.board_answers import CreditBoardRow, ForecasterStanding, VoiceStanding
from api.language import translate
from api.pages.board_columns import signed
from api.pages.board_wishes import BoardWish
from api.words import percent

#: With fewer outcomes than this a board says that they are few.
FEW = 30

_PLACES = "With 90% certainty its true place is {low} to {high} of {count}."
TITLES = {
    "forecasters": "Forecasters",
    "evidence": "Evidence",
    "sources": "Sources",
    "voices": "Voices",
}
ABOUT = {
    "forecasters": (
        "People and bots, by how far each is ahead of the others on the same questions at the "
        "same times. Only questions with an outcome count."
    ),
    "evidence": (
        "Who submits evidence, by how many bits the records moved forecasts towards what happened."
    ),
    "sources": "Sources, by how many bits what they said moved forecasts towards what happened.",
    "voices": (
        "The ways in which Kizashi itself forecasts: its model, the crowd, linked markets, all of "
        "them together as the house, and for comparison the opening prior and a naive sum of the "
        "evidence."
    ),
}
NOBODY = {
    "forecasters": (
        "No question with an outcome has a forecast by a person or a bot yet. Who is best cannot "
        "be said before there is one."
    ),
    "evidence": "No record of evidence has moved a question yet.",
    "sources": "No source has moved a question yet.",
    "voices": "No question with an outcome has been scored yet.",
}


def board_words(
    wish: BoardWish, rows: Sequence[object], names: Callable[[str], str], language: str
) -> tuple[str, ...]:
    """Say what a board says.

    Args:
        rows: all standings, by rank.
        names: gives what an id is called.
    """
    if not rows:
        if wish.is_narrow or wish.least_coverage:
            return (translate("Nothing fits these filters. Widen them.", language),)
        return (translate(NOBODY[wish.board], language),)
    match rows[0]:
        case ForecasterStanding():
            found = [row for row in rows if isinstance(row, ForecasterStanding)]
            return tuple(_of_forecasters(found, names, language))
        case CreditBoardRow():
            return tuple(_of_credit(rows[0], len(rows), names, language))
        case VoiceStanding():
            voices = [row for row in rows if isinstance(row, VoiceStanding)]
            return tuple(_of_voices(voices, names, language))
    return ()


def _of_forecasters(
    rows: Sequence[ForecasterStanding], names: Callable[[str], str], language: str
) -> list[str]:
    """Say who leads, how sure that is, and what so few outcomes cannot say."""
    ranked = [row for row in rows if row.rank is not None]
    most = max(row.questions for row in rows)
    few = translate(
        "At most {count} questions with an outcome stand behind anybody here. So few cannot part "
        "skill from luck: look at the intervals, not at the order.",
        language,
    ).format(count=most)
    if not ranked:
        nobody = translate(
            "Nobody can be ranked: skill is measured beside others who stood on the same question "
            "at the same time, or the least coverage is set too high.",
            language,
        )
        return [nobody]
    said = [_leading(ranked, names, language), *_doubts(ranked, names, language)]
    return [*said, few] if most < FEW else said


def _leading(
    ranked: Sequence[ForecasterStanding], names: Callable[[str], str], language: str
) -> str:
    """Say who leads, and with what certainty among how many."""
    best = ranked[0]
    assert best.bits is not None and best.low is not None and best.high is not None
    words = translate(
        "{name} leads: {bits} bits a question beside the others (90% interval: {low} to {high}).",
        language,
    ).format(
        name=names(best.forecaster),
        bits=signed(best.bits),
        low=signed(best.low),
        high=signed(best.high),
    )
    if len(ranked) == 1:
        alone = translate("Nobody else is ranked, so that the first place says little.", language)
        return f"{words} {alone}"
    if best.sure_rank == 1:
        sure = translate("With 90% certainty nobody of these {count} is better.", language)
        return f"{words} {sure.format(count=len(ranked))}"
    sure = translate(
        "With 90% certainty {name} is among the first {sure} of {count}; the chance of really "
        "being the best is {chance}.",
        language,
    ).format(
        name=names(best.forecaster),
        sure=best.sure_rank,
        count=len(ranked),
        chance=percent(best.chance_of_top or 0.0, language),
    )
    return f"{words} {sure}"


def _doubts(
    ranked: Sequence[ForecasterStanding], names: Callable[[str], str], language: str
) -> list[str]:
    """Say who cannot be told from the first."""
    alike = sum(row.tier == 1 for row in ranked) - 1
    if not alike:
        return []
    if alike == len(ranked) - 1 and alike > 1:
        words = "Nobody here can be told from anybody else yet: all intervals overlap."
        return [translate(words, language)]
    words = translate(
        "Others who cannot be told from {name} yet, because the intervals overlap: {count}.",
        language,
    )
    return [words.format(count=alike, name=names(ranked[0].forecaster))]


def _of_credit(
    best: CreditBoardRow, count: int, names: Callable[[str], str], language: str
) -> list[str]:
    """Say who added most, and how sure that is."""
    said = [
        translate(
            "{name} has added the most: {bits} bits, by {records} records on {questions} "
            "questions.",
            language,
        ).format(
            name=names(best.name),
            bits=signed(best.bits),
            records=best.records,
            questions=best.questions,
        )
    ]
    if best.low is None:
        said.append(translate("From one question alone, no interval can be told.", language))
    if count > 1:
        words = translate(_PLACES, language)
        said.append(words.format(low=best.rank_low, high=best.rank_high, count=count))
    return said


def _of_voices(
    voices: Sequence[VoiceStanding], names: Callable[[str], str], language: str
) -> list[str]:
    """Say which voice is best, and how sure that is."""
    best, count = voices[0], len(voices)
    words = translate(
        "{name} is best so far: {bits} bits a question more than the opening prior, on "
        "{questions} questions.",
        language,
    )
    said = [words.format(name=names(best.voice), bits=signed(best.bits), questions=best.questions)]
    if best.low is not None:
        words = translate(_PLACES, language)
        said.append(words.format(low=best.rank_low, high=best.rank_high, count=count))
    if best.questions < FEW:
        words = translate(
            "{count} outcomes are few: which voice is better may still be luck.", language
        )
        said.append(words.format(count=best.questions))
    if len({voice.questions for voice in voices}) > 1:
        words = translate(
            "Not all voices were scored on the same questions: compare them by bits, which are "
            "over the opening prior on the same ones.",
            language,
        )
        said.append(words)
    return said

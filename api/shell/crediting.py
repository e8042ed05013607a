"""Showing on the command line who moved forecasts towards what happened."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any, Literal

from rich.console import Console
from sqlalchemy import Connection, select

from api.language import translate
from api.shell.opening import open_for_reading
from api.shell.output import print_json, print_line, print_table, wants_json
from api.workflows.crediting import read_credits, read_voices
from data.tables import EVIDENCE
from forecasts.credit import Credit, Total, totals
from forecasts.voices import rank_voices

#: Records that are listed for a question; -o json has all.
_LISTED = 40
_HINDSIGHT = (
    "Some of this evidence was collected with hindsight, by a bank that replays the past: these "
    "numbers do not say how good live evidence or forecasts would be."
)
_WITHHELD = (
    "Withheld: bits on questions that their submitter also resolved; they are paid to nobody."
)
_TOTALS = ("Bits, final", "Bits, provisional", "Withheld", "Records", "Questions")
_ACCOUNT_WORDS = {
    "prior": "What the reference class taught",
    "market": "Markets",
    "linked": "Linked questions",
    "time": "Time that passed in silence",
    "averaging": "Averaging over what sources are worth",
}


def show_all(database: str | None, output: str | None, language: str) -> None:
    """Print the gain of every question, then credit by submitter and by source."""
    as_json = wants_json(output)
    with _replayed(database, language) as connection:
        found, replayed = read_credits(connection), _is_replayed(connection)
    boards = {"submitters": totals(found, "submitter"), "sources": totals(found, "source")}
    if as_json:
        items = [_as_json(credit) for credit in found]
        rows = {name: [asdict(total) for total in board] for name, board in boards.items()}
        print_json({"retrospective": replayed, "items": items, **rows})
        return
    say = _sayer(language)
    words = ("Question", "State", "Gain", "Evidence", "Linked", "Time", "Averaging", "Covered")
    rows_shown = [_summary(credit, say) for credit in found if credit.coverage > 0]
    print_table([say(word) for word in words], rows_shown)
    for heading, board in (("Submitter", boards["submitters"]), ("Source", boards["sources"])):
        _print_totals(heading, board, say)
    _print_notes(say, replayed=replayed)


def show_one(database: str | None, question: str, output: str | None, language: str) -> None:
    """Print what each account, origin and record added to one question's forecasts.

    Raises:
        UnknownQuestion: there is none of this id.
    """
    as_json = wants_json(output)
    with _replayed(database, language) as connection:
        (credit,), replayed = read_credits(connection, question), _is_replayed(connection)
    if as_json:
        print_json({"retrospective": replayed, **_as_json(credit)})
        return
    say = _sayer(language)
    print_line(say("{question}: {state}").format(question=question, state=say(credit.status)))
    rows = [(say(_ACCOUNT_WORDS[name]), _bits(bits)) for name, bits in credit.accounts.items()]
    rows += [(name, _bits(bits)) for name, bits in _largest(credit.origins)]
    rows.append((say("Gain over the opening prior"), _bits(credit.gain)))
    print_table([say("Account or origin"), say("Bits")], rows)
    records = sorted(credit.records, key=lambda record: -abs(record.bits))[:_LISTED]
    print_table(
        [say(word) for word in ("Record", "Origin", "Source", "Submitter", "Bits")],
        [(r.record, r.origin, r.source, r.submitter, _bits(r.bits)) for r in records],
    )
    if credit.withheld:
        print_line(say("Withheld: {bits} bits").format(bits=_bits(credit.withheld)))
    _print_notes(say, replayed=replayed)


def rank(
    database: str | None, by: Literal["submitter", "source"], output: str | None, language: str
) -> None:
    """Print submitters or sources by the bits that they added."""
    as_json = wants_json(output)
    with _replayed(database, language) as connection:
        board, replayed = totals(read_credits(connection), by), _is_replayed(connection)
    if as_json:
        print_json({"retrospective": replayed, "items": [asdict(total) for total in board]})
        return
    say = _sayer(language)
    _print_totals(by.capitalize(), board, say)
    _print_notes(say, replayed=replayed)


def rank_all_voices(database: str | None, output: str | None, language: str) -> None:
    """Print the model, the opening prior and the naive sum by their scores."""
    as_json = wants_json(output)
    with _replayed(database, language) as connection:
        board, replayed = rank_voices(read_voices(connection)), _is_replayed(connection)
    if as_json:
        print_json({"retrospective": replayed, "items": [asdict(voice) for voice in board]})
        return
    say = _sayer(language)
    words = ("Voice", "Questions", "Bits lost per question", "Brier", "Beside the opening prior")
    rows = [
        (
            say(voice.voice),
            str(voice.questions),
            f"{voice.log2_loss:.3f} ± {voice.log2_loss_error:.3f}",
            f"{voice.brier:.3f} ± {voice.brier_error:.3f}",
            f"{voice.difference:+.3f} ± {voice.difference_error:.3f}",
        )
        for voice in board
    ]
    print_table([say(word) for word in words], rows)
    if replayed:
        print_line(say(_HINDSIGHT))


@contextmanager
def _replayed(database: str | None, language: str) -> Iterator[Connection]:
    """Give a connection, and say meanwhile that the history is being replayed."""
    waiting = translate("Replaying the history; this takes a while", language)
    with (
        open_for_reading(database) as opened,
        opened.read() as connection,
        Console(stderr=True).status(waiting),
    ):
        yield connection


def _is_replayed(connection: Connection) -> bool:
    """Tell whether some evidence was put in by a bank, after the fact."""
    query = select(EVIDENCE.c.id).where(EVIDENCE.c.replayed).limit(1)
    return connection.execute(query).first() is not None


def _as_json(credit: Credit) -> dict[str, Any]:
    """Give a credit with what is withheld of it."""
    return {**asdict(credit), "withheld": credit.withheld}


def _sayer(language: str) -> Callable[[str], str]:
    """Give a function that says a text in the user's language."""
    return lambda text: translate(text, language)


def _summary(credit: Credit, say: Callable[[str], str]) -> tuple[str, ...]:
    """One line for one question."""
    numbers = (
        credit.gain,
        sum(credit.origins.values()),
        *(credit.accounts[name] for name in ("linked", "time", "averaging")),
    )
    return (credit.question, say(credit.status), *map(_bits, numbers), f"{credit.coverage:.0%}")


def _print_totals(heading: str, board: list[Total], say: Callable[[str], str]) -> None:
    """Print a board of submitters or sources."""
    rows = [
        (t.name, _bits(t.final), _bits(t.provisional), _bits(t.withheld), t.records, t.questions)
        for t in board
    ]
    print_table([say(word) for word in (heading, *_TOTALS)], rows)


def _print_notes(say: Callable[[str], str], *, replayed: bool) -> None:
    """Say what the numbers are not."""
    print_line(say(_WITHHELD))
    if replayed:
        print_line(say(_HINDSIGHT))


def _largest(bits: Mapping[str, float]) -> list[tuple[str, float]]:
    """Origins by the size of what they added."""
    return sorted(bits.items(), key=lambda item: -abs(item[1]))


def _bits(bits: float) -> str:
    """Bits, signed; an exact 0 is told apart from a small number."""
    return "0" if bits == 0 else f"{bits:+.4f}"

"""Showing on the command line what sources are worth."""

from api.language import translate
from api.pages.intervals import believed
from api.pages.worths import TRIPLE, ratio_of
from api.shell.opening import call_for_all, is_now, open_for_reading
from api.shell.output import format_of_list, print_line, print_list, print_table
from api.source_answers import SourceAnswer
from api.sources import source_answers
from api.words import in_language
from api.workflows.restoring import restore_timelines


def list_sources(database: str | None, output: str | None, language: str) -> None:
    """Print every source with what its word is worth before and after learning."""
    form = format_of_list(output)
    if is_now():
        with open_for_reading(database) as opened, opened.read() as connection:
            answers = source_answers(connection, restore_timelines(connection))
    else:
        told = call_for_all(database, "/sources", language)
        answers = [SourceAnswer.model_validate(one) for one in told]
    if form != "table":
        print_list([answer.model_dump(mode="json") for answer in answers], form)
        return
    print_line(translate("What is left of a claim that would triple the odds", language))
    words = ("Source", "Grade", "Records", "Before learning", "After learning", "Title")
    print_table([translate(word, language) for word in words], [_row(a, language) for a in answers])
    if not any(answer.fit for answer in answers):
        print_line(translate("Nothing has been learned yet: the prior serves.", language))


def _row(answer: SourceAnswer, language: str) -> tuple[str, ...]:
    """One line of the list."""
    commonest = answer.grades[0]
    before, after = believed(commonest, TRIPLE)
    return (
        answer.id,
        commonest.grade,
        str(answer.records),
        ratio_of(before, language),
        ratio_of(after, language) if after else "–",
        in_language(answer.title, language),
    )

"""The shapes of the API's answers to a search."""

from pydantic import Field

from api.answers import Answer, PageAnswer
from data.search import Kind


class SnippetAnswer(Answer):
    """A stretch of a text around what was found."""

    field: str = Field(description="which text, such as title.ja")
    text: str
    marks: tuple[tuple[int, int], ...] = Field(
        description="of each word found: its first character in `text`, from 0, and the one after"
    )


class FoundAnswer(Answer):
    """Something that has all the words."""

    kind: Kind
    id: str
    url: str
    snippets: tuple[SnippetAnswer, ...]


class FoundList(PageAnswer):
    """A page of what was found, the best first."""

    items: tuple[FoundAnswer, ...]

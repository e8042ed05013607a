"""The page of a question as it stands in a frame of another page: light or dark as that wants."""

from dataclasses import dataclass
from typing import Literal

from api.pages.glimpses import Glimpse

#: Width and height that an embed is made for.
EMBED_SIZE = (560, 250)


@dataclass(frozen=True, slots=True)
class EmbedPage:
    """A question in a frame; `theme` is empty where the reader's own wish counts."""

    seen: Glimpse
    theme: str
    base: str


def embed_page(seen: Glimpse, theme: Literal["light", "dark"] | None, base: str) -> EmbedPage:
    """Give a question for a frame."""
    return EmbedPage(seen, theme or "", base)

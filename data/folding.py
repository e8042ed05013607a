"""Text as it is searched: width, case and kana are made one, and every letter knows its place."""

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

#: Katakana and its repetition marks lie so far above hiragana.
_KANA = {code: code - 0x60 for code in (*range(0x30A1, 0x30F7), 0x30FD, 0x30FE)}
_HALF_WIDTH_MARKS = "\uff9e\uff9f"  # no combining characters, but they become some
_LETTERS_KEPT = 10_000


def fold(text: str) -> str:
    """Give a text in the form in which texts and words are compared.

    >>> fold("ＤｅｅｐＳｅｅｋ の ﾓﾃﾞﾙ")
    'deepseek の もでる'
    """
    return "".join(_folded(cluster) for _, cluster in _clusters(text))


def fold_with_places(text: str) -> tuple[str, list[int]]:
    """Give a folded text, and for each of its letters (and its end) the place in the text.

    >>> fold_with_places("ﾃﾞ2")
    ('で2', [0, 2, 3])
    """
    folded: list[str] = []
    places: list[int] = []
    for start, cluster in _clusters(text):
        letters = _folded(cluster)
        folded.append(letters)
        places += [start] * len(letters)
    return "".join(folded), [*places, len(text)]


def _clusters(text: str) -> Iterator[tuple[int, str]]:
    """Give each letter with the marks that follow it, and where it begins."""
    start = 0
    for place in range(1, len(text)):
        letter = text[place]
        if letter > "\u02ff" and (letter in _HALF_WIDTH_MARKS or unicodedata.combining(letter)):
            continue
        yield start, text[start:place]
        start = place
    if text:
        yield start, text[start:]


@lru_cache(_LETTERS_KEPT)
def _folded(cluster: str) -> str:
    """Fold one letter with its marks; no database takes a NUL."""
    plain = unicodedata.normalize("NFKC", cluster.replace("\x00", " ")).casefold()
    return unicodedata.normalize("NFKC", plain).translate(_KANA)

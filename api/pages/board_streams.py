"""The stream behind a leaderboard that somebody looks at: the board anew, whenever it changes."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable

from fastapi.sse import format_sse_event

from api.push.news import News
from api.push.streams import HEARTBEAT_SECONDS

#: What comes in so short a time is shown at once.
_BREATH_SECONDS = 0.5

type Show = Callable[[str], Awaitable[tuple[str, str]]]
"""Gives a name of the board's state and its HTML; empty where the state is the one that is told."""


async def board_chunks(news: News, show: Show, have: str) -> AsyncGenerator[bytes]:
    """Give the board whenever it is another than before; of an unchanged one nothing is sent.

    Args:
        have: name of the state that the reader has.
    """
    while True:
        bell = news.bell  # taken before looking: what comes while we look rings this one
        state, text = await show(have)
        if state != have:
            yield format_sse_event(data_str=text, id=state)
            have = state
        try:
            async with asyncio.timeout(HEARTBEAT_SECONDS):
                await bell.wait()
        except TimeoutError:
            yield format_sse_event(comment="still here")
        else:
            await asyncio.sleep(_BREATH_SECONDS)

"""Answers kept in this process by what was asked, shared by all sessions.

Streamlit's own caches pickle a frame at each hit and hash its key by walking it, which was half of
a warm page. Keys here are hashable values, and frames are handed out as lazy copies: whoever
changes one changes only their own.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import wraps
from threading import Condition
from typing import ParamSpec, TypeVar

import pandas as pd
from cachetools import LRUCache, cached
from cachetools.keys import hashkey

P = ParamSpec("P")
T = TypeVar("T")


def kept(
    size: int, key: Callable[..., Hashable] = hashkey
) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Keep so many answers of a function, the least lately used of which make room.

    Sessions that ask the same at once wait for one answer. Arguments must be hashable; an error is
    raised to everyone who asks and never kept.

    Args:
        size: How many answers are kept.
        key: Makes of the arguments what an answer is kept under.
    """

    def decorate(make: Callable[P, T]) -> Callable[P, T]:
        return cached(LRUCache(size), key=key, condition=Condition())(make)

    return decorate


def kept_frames(
    size: int,
) -> Callable[[Callable[P, pd.DataFrame]], Callable[P, pd.DataFrame]]:
    """The same for frames, each asker being given a copy of their own."""

    def decorate(make: Callable[P, pd.DataFrame]) -> Callable[P, pd.DataFrame]:
        shared = kept(size)(make)

        @wraps(make)
        def own(*args: P.args, **named: P.kwargs) -> pd.DataFrame:
            return shared(*args, **named).copy(deep=False)

        return own

    return decorate

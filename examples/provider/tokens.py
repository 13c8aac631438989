"""Token counts and prompt caches.

A token is four characters, rounded up: `count("hello") == 2`. That is coarse, and it is deterministic, so two
programs that look at the same text agree on it to the unit.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, fields
from hashlib import blake2b

__all__ = ["Breakpoint", "BreakpointCache", "PrefixCache", "Usage", "count"]

_MINIMUM = 1024
_BLOCK = 128
_LIFETIME = {"5m": 300.0, "1h": 3600.0}


def count(text: str) -> int:
    """Tokens in `text`: characters divided by four, rounded up."""
    return -(-len(text) // 4)


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one answer.

    `input` holds all input tokens, cached ones included, whichever way a provider reports them; `cache_read`,
    `cache_write_5m` and `cache_write_1h` are parts of it. `output` holds all output tokens; `reasoning` is part of it.
    """

    input: int = 0
    output: int = 0
    cache_read: int = 0
    cache_write_5m: int = 0
    cache_write_1h: int = 0
    reasoning: int = 0

    @property
    def cache_write(self) -> int:
        """Tokens written to the cache, of either lifetime."""
        return self.cache_write_5m + self.cache_write_1h

    def __add__(self, other: "Usage") -> "Usage":
        names = [each.name for each in fields(self)]
        return Usage(*(getattr(self, name) + getattr(other, name) for name in names))


@dataclass(slots=True)
class PrefixCache:
    """OpenAI's automatic cache: any prefix seen before, from 1024 tokens, in steps of 128."""

    _seen: set[bytes] = field(default_factory=set[bytes])

    def cached(self, model: str, text: str) -> int:
        """How many leading tokens of `text` were seen before; `text` is remembered for the next call."""
        prefixes = list(_prefixes(model, text))
        hit = max((tokens for tokens, digest in prefixes if digest in self._seen), default=0)
        self._seen.update(digest for _, digest in prefixes)
        return hit if hit >= _MINIMUM else 0


def _prefixes(model: str, text: str) -> Iterable[tuple[int, bytes]]:
    state = blake2b(model.encode(), digest_size=16)
    width = _BLOCK * 4
    for end in range(width, len(text) + 1, width):
        state.update(text[end - width : end].encode())
        yield end // 4, state.digest()


@dataclass(frozen=True, slots=True)
class Breakpoint:
    """A `cache_control` mark in an Anthropic prompt: all text up to it, and how long that is to be kept."""

    prefix: str
    lifetime: str = "5m"


@dataclass(slots=True)
class BreakpointCache:
    """Anthropic's explicit cache: the prefix up to each mark, from 1024 tokens, for 5 minutes or an hour."""

    clock: Callable[[], float] = time.monotonic
    _expiry: dict[bytes, float] = field(default_factory=dict[bytes, float])

    def usage(self, model: str, marks: Sequence[Breakpoint]) -> Usage:
        """Tokens read from and written to the cache for a prompt with `marks`, in prompt order; use extends life."""
        total, now = Usage(), self.clock()
        for mark in marks:
            total += self._touch(model, mark, total.cache_read + total.cache_write, now)
        return total

    def _touch(self, model: str, mark: Breakpoint, covered: int, now: float) -> Usage:
        size = count(mark.prefix)
        if size < _MINIMUM:
            return Usage()
        key = blake2b(f"{model}\0{mark.prefix}".encode(), digest_size=16).digest()
        hit = self._expiry.get(key, 0.0) > now
        self._expiry[key] = now + _LIFETIME[mark.lifetime]
        if hit:
            return Usage(cache_read=size - covered)
        long = mark.lifetime == "1h"
        return Usage(cache_write_1h=size - covered) if long else Usage(cache_write_5m=size - covered)

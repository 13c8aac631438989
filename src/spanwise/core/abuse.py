"""Who uses models beyond the limits: asked by applications that want to block, and told to them.

    from spanwise.core.abuse import Flag, is_flagged, on_abuse

    @on_abuse
    def tell(flag: Flag) -> None:
        logger.warning("%s is over its limit of %s", flag.subject, flag.reason)

    if is_flagged(user=user_id):
        return "Please come back later."

Spanwise itself never blocks a call. The limits are the settings of the area `abuse` (docs/abuse.md).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple, TypeVar

from spanwise.core.guard import failed

__all__ = [
    "Flag",
    "Reason",
    "SubjectKind",
    "Watch",
    "forget_hooks",
    "is_flagged",
    "on_abuse",
    "subject_hash",
    "tell",
    "use_watch",
]

SubjectKind = Literal["user", "tenant", "key"]
Reason = Literal["requests", "tokens", "cost", "errors", "injections", "change"]


class Flag(NamedTuple):
    """A user, tenant or API key went over a limit."""

    kind: SubjectKind
    subject: str
    """The id as the application gave it, not redacted; empty for a key, of which only a hash is known."""
    reason: Reason
    value: float
    """What was measured, in the unit of the limit."""
    limit: float


Hook = TypeVar("Hook", bound=Callable[[Flag], object])
Watch = Callable[[SubjectKind, str], bool]
"""Whether a subject is over a limit now."""

_HASH = (1 << 64) - 1

_hooks: list[Callable[[Flag], object]] = []
_watch: Watch | None = None


def on_abuse(hook: Hook) -> Hook:
    """Call `hook` with a `Flag` each time a subject goes over a limit; usable as a decorator.

    It runs on the pipeline's worker, not on the thread of the call, about a second after the call ended. What it
    raises is counted and swallowed; while it runs, other telemetry waits.
    """
    _hooks.append(hook)
    return hook


def forget_hooks() -> None:
    """Call none of the hooks any more."""
    _hooks.clear()


def is_flagged(*, user: str | None = None, tenant: str | None = None, key: str | None = None) -> bool:
    """Whether one of them is over a limit now; costs a few microseconds, and is False where nothing is watched.

    Args:
        user: `user.id`, as given to `spanwise.core.context.use` or in the request.
        tenant: `spanwise.tenant`.
        key: an API key of a provider, as it is sent.
    """
    watch = _watch
    if watch is None:
        return False
    given: tuple[tuple[SubjectKind, str | None], ...] = (("user", user), ("tenant", tenant), ("key", key))
    return any(watch(kind, subject) for kind, subject in given if subject is not None)


def use_watch(watch: Watch | None) -> None:
    """Whom `is_flagged` asks from now on."""
    global _watch
    _watch = watch


def tell(flag: Flag) -> None:
    """Call every hook; a fault of one is no fault of the others."""
    for hook in tuple(_hooks):
        try:
            hook(flag)
        except Exception as error:
            failed("abuse.hook", error)


def subject_hash(kind: SubjectKind, subject: str) -> int:
    """What stands for a subject in memory: 64 bits of Python's own hash, whose key differs in each process."""
    return hash((kind, subject)) & _HASH

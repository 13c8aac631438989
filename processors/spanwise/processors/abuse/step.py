"""Counts what each user, tenant and API key uses, and flags the calls of those who are over a limit."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence

from opentelemetry.metrics import CallbackOptions, Meter, Observation
from opentelemetry.util.types import AnyValue

from spanwise.core.abuse import Flag, SubjectKind, subject_hash, tell, use_watch
from spanwise.core.view import SpanView
from spanwise.processors.abuse.distinct import DistinctUsers
from spanwise.processors.abuse.limits import AbuseSettings, Excess, limits_of
from spanwise.processors.abuse.table import Table
from spanwise.processors.abuse.usage import CALLS, COST, ERRORS, INJECTIONS, REQUESTS, TOKENS, Amount, Moment, Usage
from spanwise.semconv import attributes as names
from spanwise.semconv.metrics import ABUSE_FLAGS, ACTIVE_USERS

__all__ = ["AbuseStep"]

_ENDLESS = float("inf")
_SECOND_NS = 1_000_000_000
_OWN_FAULTS = frozenset({"auth", "bad_request", "not_found", "content_filter", "refusal"})
"""Outcomes that come of what was asked; when the provider fails, none of its users is to blame."""


class AbuseStep:
    """Sets `spanwise.abuse.flagged` and `spanwise.abuse.reasons` on each call of a subject that is over a limit.

    Args:
        meter: counts the times that a subject goes over a limit, and the active users.
        settings: the limits.
        clock: seconds since the epoch; a call that ended later than now is taken as one of now.
    """

    def __init__(self, meter: Meter, settings: AbuseSettings, clock: Callable[[], float] = time.time) -> None:
        self._enabled = settings.enabled
        self._clock = clock
        self._limits = limits_of(settings)
        self._table = Table(settings.max_subjects)
        self._users = DistinctUsers()
        self._moment = Moment(0)
        self._flags = meter.create_counter(ABUSE_FLAGS.name, ABUSE_FLAGS.unit, ABUSE_FLAGS.description)
        users = ACTIVE_USERS
        meter.create_observable_gauge(users.name, [self._active_users], users.unit, users.description)
        use_watch(self.is_over if settings.enabled else None)

    def __call__(self, span: SpanView) -> None:
        """Count one call to a model; other spans use nothing."""
        if not self._enabled or not span.is_client_call:
            return
        moment = self._moment_of(span)
        amounts = _amounts(span.attributes, moment)
        reasons: list[str] = []
        for kind, subject, key in _subjects(span):
            if kind == "user":
                self._users.add(key, moment.minute)
            if (limits := self._limits.get(kind)) is None:
                continue
            usage = self._table.seen(key, moment)
            usage.add(moment, amounts)
            excesses = limits.exceeded(usage)
            if excesses or usage.over:
                self._note(kind, subject, usage, excesses)
                reasons += [f"{kind}.{excess.reason}" for excess in excesses]
        if reasons:
            span.attributes[names.ABUSE_FLAGGED] = True
            span.attributes[names.ABUSE_REASONS] = tuple(reasons)

    def is_over(self, kind: SubjectKind, subject: str) -> bool:
        """Whether a subject is over a limit now; may be asked from any thread."""
        if kind not in self._limits:
            return False
        usage = self._table.peek(subject_hash(kind, subject), Moment(int(self._clock())))
        return usage is not None and bool(self._limits[kind].exceeded(usage))

    def forget(self) -> None:
        """After a fork: what was counted is the parent's."""
        self._table.clear()
        self._users.clear()

    def _moment_of(self, span: SpanView) -> Moment:
        """When the call ended; calls of the same ten seconds share one object."""
        moment, at = self._moment, span.end_ns // _SECOND_NS
        if not moment.began <= at < moment.ends:
            moment = self._moment = Moment(min(at, int(self._clock())))
        return moment

    def _note(self, kind: SubjectKind, subject: str, usage: Usage, excesses: Sequence[Excess]) -> None:
        """Count and tell the limits that were not exceeded at the call before."""
        before, usage.over = usage.over, tuple(excess.reason for excess in excesses)
        for reason, value, limit in excesses:
            if reason not in before:
                self._flags.add(1, {"spanwise.abuse.reason": reason, "spanwise.abuse.subject": kind})
                tell(Flag(kind, subject, reason, value, limit))

    def _active_users(self, _: CallbackOptions) -> Iterator[Observation]:
        if self._enabled:
            yield Observation(self._users.count(int(self._clock()) // 60))


def _subjects(span: SpanView) -> Sequence[tuple[SubjectKind, str, int]]:
    """Who the call is of: kind, id and hash."""
    found: list[tuple[SubjectKind, str, int]] = []
    if user := span.attributes.get(names.USER_ID):
        found.append(("user", str(user), subject_hash("user", str(user))))
    if tenant := span.attributes.get(names.TENANT):
        found.append(("tenant", str(tenant), subject_hash("tenant", str(tenant))))
    if span.key_hash is not None:
        found.append(("key", "", span.key_hash))
    return found


def _amounts(attributes: Mapping[str, AnyValue], moment: Moment) -> Sequence[Amount]:
    """What the call used; measures of which it used nothing are left out."""
    found = [moment.amount(REQUESTS, 1.0), moment.amount(CALLS, 1.0)]
    tokens = _number(attributes, names.USAGE_INPUT_TOKENS) + _number(attributes, names.USAGE_OUTPUT_TOKENS)
    if tokens:
        found.append(moment.amount(TOKENS, tokens))
    if cost := _number(attributes, names.COST_AMOUNT):
        found.append(moment.amount(COST, cost))
    if attributes.get(names.OUTCOME) in _OWN_FAULTS:
        found.append(moment.amount(ERRORS, 1.0))
    if attributes.get(names.SCREEN_FLAGGED):
        found.append(moment.amount(INJECTIONS, 1.0))
    return found


def _number(attributes: Mapping[str, AnyValue], name: str) -> float:
    """An amount that a span claims; nothing of a wrong one, such as a negative or endless number."""
    value = attributes.get(name)
    return value if isinstance(value, (int, float)) and 0 < value < _ENDLESS else 0.0

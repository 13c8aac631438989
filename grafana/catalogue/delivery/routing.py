"""Which alert goes to whom, when, and which alert keeps another quiet: for Alertmanager and Grafana alike."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

from catalogue.alert import Priority
from catalogue.delivery.settings import DAYS, Receiver, WorkingHours
from catalogue.promql import SERVICE

__all__ = [
    "GROUP_BY",
    "INHIBITIONS",
    "OUT_OF_HOURS",
    "Inhibition",
    "Route",
    "WATCHED",
    "Timing",
    "duration",
    "out_of_hours",
    "routes",
]

GROUP_BY = ("alertname", *SERVICE)
"""One message for what goes wrong in one service, however many models and features it shows in."""

OUT_OF_HOURS = "out-of-hours"
"""The mute time of what can wait until somebody is at work."""


@dataclass(frozen=True)
class Timing:
    """Seconds. `wait` collects what begins together; `group` passes before more of a group is told; `repeat` reminds.

    A P1 waits longer than a P0, so that the P0 that explains it is there first and keeps it quiet.
    """

    page_wait: int = 5
    urgent_wait: int = 30
    chat_wait: int = 60
    second_after: int = 15 * 60
    third_after: int = 30 * 60
    page_group: int = 60
    group: int = 5 * 60
    ticket_group: int = 60 * 60
    page_repeat: int = 60 * 60
    urgent_repeat: int = 4 * 60 * 60
    chat_repeat: int = 12 * 60 * 60
    ticket_repeat: int = 24 * 60 * 60

    def faster(self, factor: int) -> Timing:
        """The same in a fraction of the time, one second at least; for tests that wait for all of it."""
        times: dict[str, int] = {each.name: max(1, getattr(self, each.name) // factor) for each in fields(self)}
        return replace(self, **times)


@dataclass(frozen=True)
class Route:
    """A priority on its way to one receiver; routes are parallel, an alert takes each that fits.

    Attributes:
        wait, group, repeat: seconds, see `Timing`.
        muted: the mute time that holds it back; what still fires when it ends is told then.
    """

    priority: Priority
    receiver: Receiver
    wait: int
    group: int
    repeat: int
    muted: str | None = None


@dataclass(frozen=True)
class Inhibition:
    """While a source fires, a target with the same values of `equal` is not told.

    `source` and `target` are label → the values that fit.
    """

    source: tuple[tuple[str, tuple[str, ...]], ...]
    target: tuple[tuple[str, tuple[str, ...]], ...]
    equal: tuple[str, ...] = ()


_BURNING = ("alertname", ("GenAIErrorBudgetBurnCritical",))
_PROVIDER_DOWN = ("alertname", ("GenAIProviderDown",))
_SLOWER_BURNS = ("GenAIErrorBudgetBurnHigh", "GenAIErrorBudgetBurnElevated", "GenAIErrorBudgetBurnSlow")
_FAILURES = ("GenAIErrorRateHigh", "GenAINoResponses")

INHIBITIONS = (
    # an echo of what is told already is kept quiet, a cause never: a rate limit storm explains a budget that burns
    Inhibition((_BURNING,), (("alertname", _SLOWER_BURNS),), (*SERVICE, "sloth_slo")),
    Inhibition((_BURNING, ("sloth_slo", ("requests-availability",))), (("alertname", _FAILURES),), SERVICE),
    # calls that find no server fail, are slow, fewer, and spend the error budget
    Inhibition((_PROVIDER_DOWN,), (("alertname", (*_FAILURES, "GenAIRetryStorm", "GenAIJudgeBlind")),), SERVICE),
    Inhibition((_PROVIDER_DOWN,), (("alertname", (*_BURNING[1], *_SLOWER_BURNS)),), SERVICE),
    Inhibition((_PROVIDER_DOWN,), (("category", ("latency", "traffic")),), SERVICE),
    # what cannot be redacted is not shown to a judge either
    Inhibition((("alertname", ("GenAIRedactionFailed",)),), (("alertname", ("GenAIJudgeBlind",)),), SERVICE),
    # nothing arrives, so nothing can be said about what does not arrive
    Inhibition(
        source=(("alertname", ("GenAICollectorDown",)),),
        target=(("alertname", ("GenAINoResponses", "GenAITrafficDrop", "GenAICacheHitCollapse")),),
    ),
)
"""Which alert keeps which quiet."""

WATCHED = ("GenAIAlertmanagerDown", "GenAINotificationsFailing")
"""What Alertmanager cannot tell itself: Grafana does."""


def routes(timing: Timing) -> tuple[Route, ...]:
    """All ways. An escalation is a way that waits longer: what is over or silenced by then was never on it."""
    page, urgent = (timing.page_group, timing.page_repeat), (timing.group, timing.urgent_repeat)
    return (
        Route("P0", "page", timing.page_wait, *page),
        Route("P0", "chat", timing.page_wait, *page),
        Route("P0", "second", timing.second_after, *page),
        Route("P0", "third", timing.third_after, *page),
        Route("P1", "page", timing.urgent_wait, *urgent),
        Route("P1", "chat", timing.urgent_wait, *urgent),
        Route("P1", "second", timing.third_after, *urgent),
        Route("P2", "chat", timing.chat_wait, timing.group, timing.chat_repeat, OUT_OF_HOURS),
        Route("P3", "ticket", timing.chat_wait, timing.ticket_group, timing.ticket_repeat),
    )


def out_of_hours(hours: WorkingHours) -> list[dict[str, object]]:
    """The time intervals that `OUT_OF_HOURS` is made of, as Alertmanager and Grafana write them."""
    ends = [("00:00", hours.begin), (hours.end, "24:00")]
    nights = [{"start_time": begin, "end_time": end} for begin, end in ends if begin != end]
    intervals: list[dict[str, object]] = [{"times": nights}] if nights else []
    if days := hours.days_off():
        intervals.append({"weekdays": days})
    return [{**interval, "location": hours.zone} for interval in intervals] or [_never()]


def _never() -> dict[str, object]:
    """Work around the clock mutes nothing; a mute time without intervals is refused."""
    return {"weekdays": [DAYS[0]], "months": ["february"], "days_of_month": ["31"]}


def duration(seconds: int) -> str:
    """As Prometheus writes it, in the largest unit that fits: 5400 → `90m`."""
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "m")):
        if seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"

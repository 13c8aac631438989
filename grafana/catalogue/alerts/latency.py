"""Answers take too long."""

from __future__ import annotations

from catalogue.alert import Alert, Case
from catalogue.promql import ON_SERVICE
from catalogue.scenes import SERVICE_LABELS, always, both, cases, durations
from catalogue.wording import DURATION, WHO
from spanwise.semconv.metrics import PROFILES

__all__ = ["ALERTS"]

_P95_LIMIT_S = 8
_P99_LIMIT_S = 10
_FIRST_CHUNK_LIMIT_S = 3
_LEAST_S = 1
"""A call that is faster is fast enough, however slow it is against its baseline."""

_ENOUGH = f"{ON_SERVICE} (genai:service:timed:rate5m > 20 / 300)"
"""Twenty calls in five minutes: a 95th percentile of fewer is the slowest call."""

_P50_USUAL = "quantile_over_time(0.5, genai:service:duration_p50:5m[1d] offset 1h)"

_HISTORY = 26 * 60

ALERTS: tuple[Alert, ...] = (
    Alert(
        name="GenAILatencyAboveBaseline",
        expr=f"(genai:service:duration_p95:5m > {ON_SERVICE} genai:baseline:duration_p95:upper and "
        f"genai:service:duration_p95:5m > {_LEAST_S}) and (genai:service:duration_p50:5m > 1.2 * {_P50_USUAL}) "
        f"and {_ENOUGH}",
        summary=f"The calls of {WHO} are slower than usual: p95 is {DURATION}",
        description="The 95th percentile is above the band of this hour of the days before, and the median has risen "
        "as well: it is not a handful of long answers.",
        priority="P2",
        category="latency",
        owner="application",
        dashboard="spanwise-performance",
        panel="Latency",
        cases=(
            *cases(
                durations(),
                good=0.5,
                bad=4,
                almost=0.9,
                labels=SERVICE_LABELS,
                summary="The calls of shop (production) are slower than usual: p95 is 4.992s",
                lead=_HISTORY,
                within=20,
            ),
            Case(
                "silent",
                "a tenth of the calls is slow, the median is not",
                durations(slow=0.1)([(0.5, _HISTORY), (4, 60)]),
                silent=(_HISTORY + 20, _HISTORY + 60),
            ),
            Case("silent", "no history", durations()([(0.5, 60), (4, 60)]), silent=(80, 120)),
            Case(
                "fires",
                "it stays slow, and does not get used to it",
                durations()([(0.5, _HISTORY), (4, 300)]),
                fires=(_HISTORY + 20, _HISTORY + 300),
                labels=SERVICE_LABELS,
            ),
        ),
    ),
    Alert(
        name="GenAILatencyP95High",
        expr=f"(genai:service:duration_p95:5m > {_P95_LIMIT_S} and "
        f"genai:service:duration_p50:5m > {_P95_LIMIT_S / 4:g}) and {_ENOUGH}",
        summary=f"One in twenty calls of {WHO} takes longer than {DURATION}",
        description=f"The 95th percentile is above {_P95_LIMIT_S} s, and the median above {_P95_LIMIT_S / 4:g} s.",
        priority="P2",
        category="latency",
        owner="application",
        dashboard="spanwise-performance",
        panel="Latency",
        cases=(
            *cases(
                durations(),
                good=0.5,
                bad=9,
                almost=4,
                labels=SERVICE_LABELS,
                summary="One in twenty calls of shop (production) takes longer than 9.984s",
            ),
            Case(
                "silent",
                "a fifth of the calls is slow, the median is not",
                durations(slow=0.2)([(9, 60)]),
                silent=(20, 40, 60),
            ),
        ),
    ),
    Alert(
        name="GenAILatencyP99High",
        expr=f"genai:service:duration_p99:5m > {_P99_LIMIT_S} and {ON_SERVICE} "
        "(genai:service:timed:rate5m > 100 / 300)",
        summary=f"One in a hundred calls of {WHO} takes longer than {DURATION}",
        description=f"The 99th percentile is above {_P99_LIMIT_S} s.",
        priority="P2",
        category="latency",
        owner="application",
        dashboard="spanwise-performance",
        panel="Latency",
        cases=cases(
            durations(slow=0.05),
            good=0.5,
            bad=15,
            almost=9,
            labels=SERVICE_LABELS,
            summary="One in a hundred calls of shop (production) takes longer than 18.43s",
        ),
    ),
    Alert(
        name="GenAIFirstChunkSlow",
        expr=f"genai:service:first_chunk_p95:5m > {_FIRST_CHUNK_LIMIT_S} and {_ENOUGH}",
        summary=f"Users of {WHO} wait {DURATION} for the first word",
        description=f"The 95th percentile of the time to the first chunk is above {_FIRST_CHUNK_LIMIT_S} s.",
        priority="P2",
        category="latency",
        owner="application",
        dashboard="spanwise-performance",
        panel="Time to first chunk",
        cases=cases(
            both(durations(PROFILES["v1.41"].time_to_first_chunk), always(durations(), 6)),
            good=0.5,
            bad=4,
            almost=2,
            labels=SERVICE_LABELS,
            summary="Users of shop (production) wait 4.992s for the first word",
        ),
    ),
)

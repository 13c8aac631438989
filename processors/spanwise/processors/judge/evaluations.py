"""How scores leave: a span with an event per fault below the call's own, log records, and metrics."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from opentelemetry import trace
from opentelemetry._logs import Logger, LogRecord, SeverityNumber
from opentelemetry.context import Context
from opentelemetry.metrics import Meter
from opentelemetry.trace import NonRecordingSpan, SpanContext, Tracer
from opentelemetry.util.types import AnyValue

from spanwise.core.inference import Content
from spanwise.processors.instruments import Instruments
from spanwise.processors.judge.questions import Score
from spanwise.semconv import attributes as names
from spanwise.semconv.metrics import JUDGE_COST, JUDGE_SCORE

__all__ = ["Case", "Evaluations", "Judgement"]

_EMPTY = Context()


class Case(NamedTuple):
    """One call to judge.

    Attributes:
        span: the call's.
        content: raw; it is redacted before anybody is asked.
        labels: of the metrics.
        facts: attributes of the call for the log records.
    """

    span: SpanContext
    content: Content
    labels: Mapping[str, str]
    facts: Mapping[str, AnyValue]


class Judgement(NamedTuple):
    """What a model said of a call, when (epoch, nanoseconds), and what that cost (USD)."""

    scores: Mapping[str, Score]
    model: str
    cost: float
    start_ns: int
    end_ns: int


class Evaluations:
    """Reports judgements. All content in them is redacted on its way out, as everywhere.

    `redact` is for log records alone: not every provider has somebody who does it on their way.

    The conventions want log records on the evaluated span; a trace view shows spans and their events only, so there is
    one of these as well.
    """

    def __init__(
        self,
        tracer: Tracer,
        logger: Logger,
        meter: Meter,
        redact: Callable[[Mapping[str, AnyValue]], Mapping[str, AnyValue]],
    ) -> None:
        self._tracer = tracer
        self._logger = logger
        self._redact = redact
        self._instruments = Instruments(meter, bound=False)

    def paid(self, cost: float, model: str) -> None:
        """Count US dollars for an answer; an estimate where there was none to read."""
        self._instruments.record(JUDGE_COST, cost, {names.REQUEST_MODEL: model}, _EMPTY)

    def report(self, case: Case, judgement: Judgement) -> None:
        """Say what was found about a call."""
        context = trace.set_span_in_context(NonRecordingSpan(case.span), _EMPTY)
        span = self._tracer.start_span("judge", context, attributes=_facts(judgement), start_time=judgement.start_ns)
        for fault, score in judgement.scores.items():
            said = _event(fault, score)
            labels = {names.EVALUATION_NAME: fault, names.EVALUATION_LABEL: score.label}
            self._instruments.record(JUDGE_SCORE, score.value, {**case.labels, **labels}, context)
            span.add_event(names.EVALUATION_RESULT, said, judgement.end_ns)
            self._logger.emit(
                LogRecord(
                    timestamp=judgement.end_ns,
                    context=context,
                    severity_number=SeverityNumber.INFO,
                    event_name=names.EVALUATION_RESULT,
                    attributes=dict(self._redact({**case.facts, **said, names.JUDGE_MODEL: judgement.model})),
                )
            )
        span.end(judgement.end_ns)


def _facts(judgement: Judgement) -> dict[str, AnyValue]:
    told: dict[str, AnyValue] = {names.JUDGE_MODEL: judgement.model, names.JUDGE_COST: judgement.cost}
    faults = tuple(fault for fault, score in judgement.scores.items() if score.label == "fail")
    return {**told, names.JUDGE_FAULTS: faults} if faults else told


def _event(fault: str, score: Score) -> dict[str, str | float]:
    said: dict[str, str | float] = {
        names.EVALUATION_NAME: fault,
        names.EVALUATION_SCORE: score.value,
        names.EVALUATION_LABEL: score.label,
    }
    return {**said, names.EVALUATION_EXPLANATION: score.reason} if score.reason else said

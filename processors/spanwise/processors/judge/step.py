"""The step of the pipeline that chooses what is judged."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from opentelemetry.util.types import AnyValue

from spanwise.core.context import FIELDS, PROPERTY
from spanwise.core.view import SpanView
from spanwise.processors.judge.evaluations import Case
from spanwise.processors.judge.judge import Judge
from spanwise.processors.judge.server import MARK
from spanwise.processors.normalise import content_of
from spanwise.processors.share import Share
from spanwise.semconv import attributes as names

__all__ = ["JudgeStep"]

_KEPT = (names.RESPONSE_ID, names.OPERATION_NAME, names.PROVIDER_NAME, names.REQUEST_MODEL, *FIELDS.values())


class JudgeStep:
    """Hands the calls of a share of the traces to the judge, chosen as in sampling.

    Args:
        judge: takes the calls.
        share: of the traces.
        labels: the metric labels of a call, from its attributes.
    """

    def __init__(
        self, judge: Judge, share: float, labels: Callable[[Mapping[str, AnyValue]], Mapping[str, str]]
    ) -> None:
        self.judge = judge
        self._share = Share(share)
        self._labels = labels

    def __call__(self, span: SpanView) -> None:
        """Queue a call that was answered, and that is not a judge's own on its way through this process."""
        if span.context.trace_id not in self._share or not span.is_client_call or MARK in span.attributes:
            return
        content = content_of(span)
        if content.output_messages:
            self.judge.put(Case(span.context, content, self._labels(span.attributes), _facts(span.attributes)))


def _facts(attributes: Mapping[str, AnyValue]) -> dict[str, AnyValue]:
    """What an evaluation says of the call that it is about, beside its ids."""
    return {name: value for name, value in attributes.items() if name in _KEPT or name.startswith(PROPERTY)}

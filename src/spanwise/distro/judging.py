"""The judge in an application: made where a share of the calls is to be judged."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from opentelemetry._logs import get_logger_provider
from opentelemetry._logs._internal import ProxyLoggerProvider
from opentelemetry.metrics import Meter
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.trace import Tracer
from opentelemetry.util.types import AnyValue

from spanwise.core.recorder import SCOPE
from spanwise.distro.self_metrics import observe_judge
from spanwise.distro.version import VERSION
from spanwise.processors.judge.settings import JudgeSettings
from spanwise.processors.price import PriceTable
from spanwise.processors.surface import Surface

if TYPE_CHECKING:
    from spanwise.processors.judge.step import JudgeStep

__all__ = ["judge_step"]

_logger = logging.getLogger("spanwise")

Labels = Callable[[Mapping[str, AnyValue]], Mapping[str, str]]


def judge_step(
    settings: JudgeSettings,
    surface: Surface,
    prices: PriceTable,
    labels: Labels,
    tracer: Tracer,
    meter: Meter,
    logger_provider: Any,
) -> JudgeStep | None:
    """The step that the settings ask for, if any."""
    if not settings.share:
        return None
    if settings.hindrance:
        _logger.warning("spanwise: %s; nothing is judged", settings.hindrance)
        return None
    from spanwise.processors.judge.evaluations import Evaluations
    from spanwise.processors.judge.judge import Judge  # late: importing an HTTP client takes 20 ms
    from spanwise.processors.judge.step import JudgeStep

    evaluations = Evaluations(
        tracer, logger_provider.get_logger(SCOPE, VERSION), meter, partial(_redacted, surface, logger_provider)
    )
    judge = Judge(settings, surface.content, prices, evaluations)
    observe_judge(meter, judge)
    judge.start()
    return JudgeStep(judge, settings.share, labels)


def _redacted(surface: Surface, provider: Any, attributes: Mapping[str, AnyValue]) -> Mapping[str, AnyValue]:
    """The attributes of a log record; the SDK's provider has them redacted on their way, and any other has not."""
    in_use = get_logger_provider() if isinstance(provider, ProxyLoggerProvider) else provider
    return attributes if isinstance(in_use, LoggerProvider) else surface.attributes(attributes)

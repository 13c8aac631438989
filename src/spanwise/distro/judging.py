"""The judge in an application: made where a share of the calls is to be judged."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from opentelemetry.metrics import Meter
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
    from spanwise.processors.judge.evaluations import Evaluations
    from spanwise.processors.judge.judge import Judge  # late: importing an HTTP client takes 20 ms
    from spanwise.processors.judge.step import JudgeStep

    evaluations = Evaluations(tracer, logger_provider.get_logger(SCOPE, VERSION), meter)
    judge = Judge(settings, surface.content, prices, evaluations)
    observe_judge(meter, judge)
    return JudgeStep(judge, settings.share, labels)

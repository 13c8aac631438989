"""Puts everything in place, once per tracer provider."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from opentelemetry import metrics, trace
from opentelemetry._logs import get_logger_provider
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.trace import SpanLimits, Tracer, TracerProvider

from spanwise.core import guard
from spanwise.core.recorder import SCOPE, OrdinaryRecorder, use_recorder
from spanwise.core.settings import SettingsFile, load, read_file, setting
from spanwise.distro.auditing import audit_log
from spanwise.distro.front import before_collection, forget_collected, spans_in_front
from spanwise.distro.judging import judge_step
from spanwise.distro.last_resort import show_warnings
from spanwise.distro.late import Signal, when_set
from spanwise.distro.self_metrics import observe
from spanwise.distro.termination import on_exit
from spanwise.distro.unknown import name_unknown
from spanwise.distro.version import VERSION
from spanwise.exporters.audit.settings import AuditSettings
from spanwise.instrumentation.protocols import set_providers
from spanwise.instrumentation.transports import httpx as httpx_transport
from spanwise.processors.abuse import AbuseSettings, AbuseStep
from spanwise.processors.json_log import JsonFormatter, LogSettings, format_root
from spanwise.processors.judge.settings import JudgeSettings
from spanwise.processors.light import LightRecorder
from spanwise.processors.logs import LogPipeline
from spanwise.processors.measure import MeasureSettings, MeasureStep
from spanwise.processors.normalise import NormaliseStep
from spanwise.processors.pipeline import Pipeline, PipelineSettings, Step
from spanwise.processors.policy import configured_redactor
from spanwise.processors.price import PriceSettings, PriceStep
from spanwise.processors.redact import RedactSettings
from spanwise.processors.sample import Sampler, SampleSettings
from spanwise.processors.screen import ScreenSettings, ScreenStep
from spanwise.processors.surface import CaptureSettings, Surface

if TYPE_CHECKING:
    from spanwise.processors.judge.step import JudgeStep

__all__ = ["AREAS", "GeneralSettings", "configure", "install"]

_logger = logging.getLogger("spanwise")
_MARK = "_spanwise_pipeline"
_LAST_JUDGEMENTS_S = 2.0
_CONTENT_MODES = frozenset({"span_only", "span_and_event"})


@dataclass(frozen=True)
class GeneralSettings:
    """Area `general`; its variables are `SPANWISE_GENERAL_*`."""

    enabled: bool = setting(True, "Install anything at all.")
    wire: bool = setting(True, "Make spans of calls to models from the HTTP traffic of httpx and httpx2.")
    providers: dict[str, str] = setting(
        {}, "Provider names of your own hosts, e.g. `llm.example.com=openai`; the format says the rest."
    )


AREAS: dict[str, type[Any]] = {
    "general": GeneralSettings,
    "capture": CaptureSettings,
    "pipeline": PipelineSettings,
    "price": PriceSettings,
    "screen": ScreenSettings,
    "abuse": AbuseSettings,
    "judge": JudgeSettings,
    "redact": RedactSettings,
    "measure": MeasureSettings,
    "sample": SampleSettings,
    "audit": AuditSettings,
    "log": LogSettings,
}
"""Every settings dataclass, by area."""


def configure(
    tracer_provider: TracerProvider | None = None,
    meter_provider: MeterProvider | None = None,
    logger_provider: Any = None,
) -> None:
    """See `spanwise.distro.configure`."""
    if tracer_provider is None and not isinstance(trace.get_tracer_provider(), TracerProvider):
        _configure_sdk()
    guard.guarded("configure", None)(install)(tracer_provider, meter_provider, logger_provider)


def _configure_sdk() -> None:
    from opentelemetry.distro import OpenTelemetryConfigurator, OpenTelemetryDistro

    distro: Any = OpenTelemetryDistro()  # untyped in the SDK
    configurator: Any = OpenTelemetryConfigurator()
    distro.configure()
    configurator.configure(auto_instrumentation_version="")


def install(tracer_provider: Any = None, meter_provider: Any = None, logger_provider: Any = None) -> Pipeline | None:
    """Put the pipeline in front of the providers and hook the HTTP clients; a second time does nothing.

    A global provider that the application sets later is followed. Returns the pipeline, or None where the tracer
    provider is not the SDK's: calls are traced there as well, redacted and without prompts and completions.
    """
    show_warnings()
    file = read_file()
    general = load(GeneralSettings, "general", file)
    tracer_provider = tracer_provider or trace.get_tracer_provider()
    if not general.enabled or hasattr(tracer_provider, _MARK):
        return getattr(tracer_provider, _MARK, None)
    name_unknown(AREAS, file)
    set_providers(general.providers)
    redactor = configured_redactor(file)
    surface = Surface(redactor, _capture(file))
    if (log := load(LogSettings, "log", file)).json:
        format_root(JsonFormatter(redactor, log))
    meter_provider = meter_provider or metrics.get_meter_provider()
    logger_provider = logger_provider or get_logger_provider()
    _follow("metric", meter_provider, MeterProvider, partial(before_collection, change=surface.metrics))
    _follow("log", logger_provider, LoggerProvider, partial(_redact_logs, surface=surface))
    stand = partial(_stand_in_front, meter_provider=meter_provider, logger_provider=logger_provider, surface=surface)
    if isinstance(tracer_provider, TracerProvider):
        pipeline = stand(tracer_provider, file=file)
        if pipeline is None:
            return None
    else:
        pipeline = None
        _trace_elsewhere(tracer_provider, surface)
        _follow("trace", tracer_provider, TracerProvider, partial(stand, file=file))
    if general.wire:
        httpx_transport.install()
    return pipeline


def _follow(signal: Signal, provider: Any, kind: type[Any], then: Callable[[Any], object]) -> None:
    """Do `then` with a provider of the SDK, or with the one that the application sets later."""
    if isinstance(provider, kind):
        then(provider)
    else:
        when_set(signal, lambda later: then(later) if isinstance(later, kind) else None)


def _trace_elsewhere(provider: Any, surface: Surface) -> None:
    if isinstance(provider, trace.ProxyTracerProvider):
        _logger.warning("spanwise: there is no tracer provider; nothing is traced until the application sets one")
    else:
        _logger.warning(
            "spanwise: the tracer provider is a %s and not the SDK's; calls are traced without prompts and "
            "completions, nothing is priced or sampled, and spans of others are not redacted",
            type(provider).__name__,
        )
    use_recorder(OrdinaryRecorder(redact=surface.attributes))


def _stand_in_front(
    provider: TracerProvider, meter_provider: Any, logger_provider: Any, surface: Surface, file: SettingsFile
) -> Pipeline | None:
    if hasattr(provider, _MARK):
        return getattr(provider, _MARK, None)
    meter = meter_provider.get_meter(SCOPE, VERSION)
    sampler = Sampler(load(SampleSettings, "sample", file))
    screen = load(ScreenSettings, "screen", file)
    abuse = AbuseStep(meter, load(AbuseSettings, "abuse", file))
    price = PriceStep(load(PriceSettings, "price", file))
    measure = MeasureStep(meter, load(MeasureSettings, "measure", file))
    steps: list[Step] = [NormaliseStep(), price, ScreenStep(screen), abuse, measure]
    judging = load(JudgeSettings, "judge", file)
    tracer = provider.get_tracer(SCOPE, VERSION)
    judge = judge_step(judging, surface, price.table, measure.labels, tracer, meter, logger_provider)
    if judge is not None:
        steps.append(judge)
    settings = load(PipelineSettings, "pipeline", file)
    limits: SpanLimits | None = getattr(provider, "_span_limits", None)
    audit = audit_log(load(AuditSettings, "audit", file), surface, provider, meter)
    pipeline = Pipeline(steps, surface, sampler, settings, limits, audit)
    composite = provider._active_span_processor  # pyright: ignore[reportPrivateUsage]
    if not spans_in_front(composite, "_span_processors", "add_span_processor", pipeline):
        _logger.error(
            "spanwise: this version of the SDK is not known; calls are not traced, and spans of others not redacted"
        )
        return None
    setattr(provider, _MARK, pipeline)
    observe(meter, pipeline, surface, sampler)
    _follow("metric", meter_provider, MeterProvider, partial(_catch_up_before_collection, pipeline))
    _record_calls(tracer, pipeline, settings, want_content=screen.enabled or surface.captures or judge is not None)
    _follow_process(pipeline, judge, provider, meter_provider, logger_provider)
    _after_fork(abuse.forget)
    return pipeline


def _catch_up_before_collection(pipeline: Pipeline, meter_provider: MeterProvider) -> None:
    before_collection(meter_provider, partial(_catch_up, pipeline, meter_provider))


def _catch_up(pipeline: Pipeline, meter_provider: MeterProvider) -> None:
    """Have the metrics of all calls that ended; at the last collection also of those that were to be tried again."""
    if getattr(meter_provider, "_shutdown", False):
        pipeline.worker.flush(5.0)
    else:
        pipeline.worker.catch_up(5.0)


def _capture(file: SettingsFile) -> CaptureSettings:
    mode = os.environ.get("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", "").lower()
    said = os.environ.get("SPANWISE_CAPTURE_CONTENT") or "content" in file.get("capture", {})
    if mode in _CONTENT_MODES and not said:
        return load(CaptureSettings, "capture", file, content=True)
    return load(CaptureSettings, "capture", file)


def _redact_logs(provider: LoggerProvider, surface: Surface) -> None:
    composite = getattr(provider, "_multi_log_record_processor", None)
    if not spans_in_front(composite, "_log_record_processors", "add_log_record_processor", LogPipeline(surface)):
        _logger.error("spanwise: this version of the SDK is not known; log records are not redacted")


def _record_calls(tracer: trace.Tracer, pipeline: Pipeline, settings: PipelineSettings, *, want_content: bool) -> None:
    if settings.spans == "auto" and isinstance(tracer, Tracer):
        pipeline.recorder = LightRecorder(pipeline, tracer, want_content=want_content)
        use_recorder(pipeline.recorder)
    else:
        use_recorder(OrdinaryRecorder(tracer, redact=dict))  # the pipeline redacts


def _follow_process(
    pipeline: Pipeline, judge: JudgeStep | None, provider: TracerProvider, meter_provider: Any, logger_provider: Any
) -> None:
    """Nothing is lost when the process ends, nothing is sent twice when it forks."""

    def drain() -> None:
        pipeline.drain()
        if judge is not None:
            judge.judge.finish(_LAST_JUDGEMENTS_S)

    def flush() -> None:
        drain()
        _force_flush(provider)
        _force_flush(_in_use(meter_provider, metrics.get_meter_provider))
        _force_flush(_in_use(logger_provider, get_logger_provider))

    def start_anew() -> None:
        guard.failures.clear()
        pipeline.after_fork()
        if judge is not None:
            judge.judge.forget()
        forget_collected(_in_use(meter_provider, metrics.get_meter_provider), SCOPE)

    on_exit(drain, flush)
    _after_fork(start_anew)
    if judge is not None and hasattr(os, "register_at_fork"):
        os.register_at_fork(before=judge.judge.pause, after_in_parent=judge.judge.resume)


def _after_fork(do: Callable[[], None]) -> None:
    """Do it in each child process, where processes fork at all."""
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=do)


def _in_use(given: Any, get: Callable[[], Any]) -> Any:
    """The provider that was given, or what the application has set since where there was none."""
    return given if hasattr(given, "force_flush") else get()


@guard.guarded("exit.flush", None)
def _force_flush(provider: Any) -> None:
    if hasattr(provider, "force_flush"):
        provider.force_flush(5_000)

"""Whether the monitoring itself can be trusted: from the span that ends in a process to the alert that arrives."""

from __future__ import annotations

from catalogue import audit_panels, judge_panels
from catalogue.dashboard import Dashboard, Row
from catalogue.drill_down import spans, traces
from catalogue.figures import increase_of, noticed_of, or_zero, rate_of
from catalogue.palette import BAND, GOOD, SEVERE, WARNING
from catalogue.panels import About, Limits, bars, lines, number, states
from catalogue.target import PromQL

_UNPARSED_TRACES = traces("Traces that were not fully read", spans("span.spanwise.unparsed != nil"))
_BLANK_TRACES = traces("Traces without their content", spans("span.spanwise.redaction.failed=true"))
_CUT_TRACES = traces("Traces with shortened content", spans("span.spanwise.content.truncated=true"))
_ALL = traces("Traces that arrived", spans())
_SELF = "service_name"


_UP = states(
    "Backends up",
    About(
        "Whether Prometheus reaches the Collectors, Tempo, Alertmanager and the others; the worst instance of each.",
        "What is down loses data, or keeps it until it is full; without Alertmanager nobody is told.",
        "Look at its log, its disk and its memory; the runbook of its alert has the order to do it in.",
    ),
    PromQL("sort(min by (job) (up))", "{{job}}", "instant"),
    links=(_ALL,),
    width=24,
)
_LOST = number(
    "Lost spans",
    "short",
    About(
        "Spans in the time shown that applications could not process or export.",
        "Each one is a call that no trace shows; its cost and duration are counted all the same.",
        "Any is an alert: the reason is below.",
    ),
    PromQL(noticed_of("spanwise_pipeline_dropped_total"), "lost"),
    limits=Limits(severe=1),
    decimals=0,
    links=(_ALL,),
    width=5,
)
_FAULTS = number(
    "Internal faults",
    "short",
    About(
        "Faults of Spanwise itself that were caught in the time shown.",
        "The application did not notice; some telemetry of that call is missing.",
        "See the site below, and report it with the application's log of that minute.",
    ),
    PromQL(noticed_of("spanwise_internal_errors_total"), "faults"),
    limits=Limits(1),
    decimals=0,
    links=(_ALL,),
    width=5,
)
_REFUSED = number(
    "Refused in transit",
    "short",
    About(
        "Spans and metric points in the time shown that a Collector did not take, or could not hand on.",
        "Senders try again for a while; after that it is lost.",
        "Memory limit or a backend that is down: see the Collector's queue and the tiles above.",
    ),
    PromQL(
        " + ".join(
            f"(sum ({increase_of(name)}) or vector(0))"
            for name in (
                "otelcol_receiver_refused_spans",
                "otelcol_receiver_refused_metric_points",
                "otelcol_exporter_send_failed_spans",
                "otelcol_exporter_send_failed_metric_points",
            )
        ),
        "refused",
    ),
    limits=Limits(severe=1),
    decimals=0,
    links=(_ALL,),
    width=5,
)
_DISCARDED = number(
    "Discarded by Tempo",
    "short",
    About(
        "Spans in the time shown that Tempo refused: too many, too large, or too old.",
        "These traces are incomplete or missing.",
        "The reason is below; raise that limit in tempo.yaml, or send less.",
    ),
    PromQL(noticed_of("tempo_discarded_spans_total"), "discarded"),
    limits=Limits(severe=1),
    decimals=0,
    links=(_ALL,),
    width=5,
)
_RULE_FAILURES = number(
    "Failed rules",
    "short",
    About(
        "Evaluations of rules in the time shown that Prometheus could not finish.",
        "An alert whose rule fails is silent, whatever happens.",
        "The status page of Prometheus (Rules) names the rule and the error.",
    ),
    PromQL(noticed_of("prometheus_rule_evaluation_failures_total"), "failures"),
    limits=Limits(severe=1),
    decimals=0,
    links=(_ALL,),
)
_FLOW = lines(
    "Spans in processes",
    "cps",
    About(
        "Spans per second that entered the pipelines, were handed on to exporters, left out by sampling, or merged.",
        "Entered is the sum of the others: what is missing is on the panel to the right.",
        "Handed on falls although entered does not: sampling or a fault. Merged: two instrumentors saw one call.",
    ),
    PromQL(f"sum ({rate_of('spanwise_pipeline_spans_total')})", "entered"),
    PromQL(f"sum ({rate_of('spanwise_pipeline_exported_total')})", "handed on"),
    PromQL(f"sum ({rate_of('spanwise_pipeline_sampled_out_total')})", "sampled out"),
    PromQL(f"sum ({rate_of('spanwise_pipeline_merged_total')})", "merged"),
    none="No spans",
    links=(_ALL,),
)
_LOST_BY = bars(
    "Spans lost",
    "cps",
    About(
        "Spans per second that processes lost, by service and reason.",
        "`stalled`: an exporter hung. `error`: a step failed twice. `processor`: one of the application's own failed.",
        "Is the Collector reachable from there? Then look for the exception in the application's log.",
    ),
    PromQL(
        or_zero(f"sum by ({_SELF}, reason) ({rate_of('spanwise_pipeline_dropped_total')}) > 0", "reason"),
        "{{service_name}} {{reason}}",
    ),
    links=(_ALL,),
)
_KEPT = lines(
    "Traces kept by sampling",
    "cps",
    About(
        "Traces per second that sampling in the processes kept, by reason; nothing where it is off.",
        "It shows what fills Tempo: errors, slow, costly and flagged ones, or the share of the rest.",
        "Too much: lower the share (SPANWISE_SAMPLE_RATIO). Errors and flagged traces are always kept.",
    ),
    PromQL(
        or_zero(
            f"sum by (spanwise_sampling_reason) ({rate_of('spanwise_pipeline_kept_traces_total')})",
            "spanwise_sampling_reason",
        ),
        "{{spanwise_sampling_reason}}",
    ),
    stacked=True,
    least=0.1,
    links=(_ALL,),
    width=8,
    height=6,
)
_QUEUE = lines(
    "Queue in processes",
    "short",
    About(
        "Spans that wait in the pipelines, the fullest process of each service.",
        "A queue that stays full means that callers do the work themselves, and become slower.",
        "Rises steadily: the process has too little CPU for its traffic.",
    ),
    PromQL(f"max by ({_SELF}) (spanwise_pipeline_queue)", "{{service_name}}"),
    least=10,
    none="No spans",
    links=(_ALL,),
    width=8,
    height=6,
)
_INLINE = lines(
    "Spans processed inline",
    "percentunit",
    About(
        "Share of spans that the calling thread had to process itself, because the queue was full, by service.",
        "Nothing is lost, but calls take longer by what the pipeline costs, half a millisecond with content.",
        "Above 1 % an alert fires: fewer steps, a larger queue (SPANWISE_PIPELINE_QUEUE_SIZE) or more processes.",
    ),
    PromQL(
        f"sum by ({_SELF}) ({rate_of('spanwise_pipeline_inline_total')}) "
        f"/ (sum by ({_SELF}) ({rate_of('spanwise_pipeline_spans_total')}) > 0)",
        "{{service_name}}",
    ),
    limits=Limits(0.001, 0.01),
    least=0.02,
    none="No spans",
    links=(_ALL,),
    width=8,
    height=6,
)
_UNPARSED = bars(
    "Unparsed calls",
    "cps",
    About(
        "Calls per second that were not fully readable, by part: the request, the response or the stream.",
        "Tokens, cost or outcome of them may be missing.",
        "A provider changed its format: update Spanwise, and report it with the part and the provider.",
    ),
    PromQL(or_zero(f"sum by (part) ({rate_of('spanwise_pipeline_unparsed_total')}) > 0", "part"), "{{part}}"),
    links=(_UNPARSED_TRACES,),
    width=8,
    height=6,
)
_CONTENT = bars(
    "Content cut or dropped",
    "cps",
    About(
        "Values per second cut to the limit of length, and spans sent without content because redaction failed.",
        "Cut is by your own limit; dropped is a fault that failed closed.",
        "Cut often: raise SPANWISE_CAPTURE_MAX_LENGTH or give a folder for large content. Dropped: see security.",
    ),
    PromQL(f"sum ({rate_of('spanwise_pipeline_truncated_total')})", "cut"),
    PromQL(f"sum ({rate_of('spanwise_pipeline_content_dropped_total')})", "dropped"),
    colours={"dropped": SEVERE},
    links=(_CUT_TRACES, _BLANK_TRACES),
    width=8,
    height=6,
)
_ERRORS = bars(
    "Internal errors",
    "cps",
    About(
        "Faults of Spanwise itself per second, by the place in its code where they were caught.",
        "The application went on undisturbed; one piece of telemetry is missing for each.",
        "Report the site with the version and the log line that names the exception.",
    ),
    PromQL(or_zero(f"sum by (site) ({rate_of('spanwise_internal_errors_total')}) > 0", "site"), "{{site}}"),
    links=(_ALL,),
    width=8,
    height=6,
)
_COLLECTOR = lines(
    "Collector spans",
    "cps",
    About(
        "Spans per second that each Collector took, handed on, refused, or failed to hand on.",
        "Taken and handed on are the same at the agent; at the gateway tail sampling leaves some out.",
        "Refused: its memory limit is reached. Failed: the next tier does not answer; its queue fills.",
    ),
    PromQL(f"sum by (job) ({rate_of('otelcol_receiver_accepted_spans')})", "{{job}} taken"),
    PromQL(f"sum by (job) ({rate_of('otelcol_exporter_sent_spans')})", "{{job}} handed on"),
    PromQL(f"sum ({rate_of('otelcol_receiver_refused_spans')}) or vector(0)", "refused"),
    PromQL(f"sum ({rate_of('otelcol_exporter_send_failed_spans')}) or vector(0)", "failed"),
    colours={"refused": SEVERE, "failed": WARNING},
    none="No Collector is scraped",
    links=(_ALL,),
)
_COLLECTOR_QUEUE = lines(
    "Collector queue",
    "percentunit",
    About(
        "How full the sending queues of the Collectors are, by exporter.",
        "A full queue drops; on disk it outlives a restart, but not its size.",
        "Above 80 % an alert fires: the backend behind that exporter is slow or down.",
    ),
    PromQL(
        "max by (job, exporter) (otelcol_exporter_queue_size / (otelcol_exporter_queue_capacity > 0))",
        "{{job}} {{exporter}}",
    ),
    limits=Limits(0.5, 0.8),
    most=1,
    none="No queue",
    links=(_ALL,),
)
_TEMPO = lines(
    "Tempo spans",
    "cps",
    About(
        "Spans per second that Tempo received, and those it discarded, by reason.",
        "What Tempo discards is in no trace.",
        "`rate_limited`, `trace_too_large` and others name the limit to raise in tempo.yaml.",
    ),
    PromQL(f"sum ({rate_of('tempo_distributor_spans_received_total')})", "received"),
    PromQL(
        or_zero(f"sum by (reason) ({rate_of('tempo_discarded_spans_total')}) > 0", "reason"), "discarded: {{reason}}"
    ),
    colours={"received": GOOD, "discarded: none": BAND},
    none="Tempo is not scraped",
    links=(_ALL,),
    width=8,
)
_METRICS = lines(
    "Metrics received",
    "reqps",
    About(
        "OTLP requests with metrics per second that Prometheus answered, by status.",
        "Anything but 200 is lost metrics: delta temporality, samples out of order, too old.",
        "Not 2xx: the log of Prometheus names the reason, most often a delta temporality of the exporter.",
    ),
    PromQL(
        f"""sum by (code) ({rate_of('prometheus_http_requests_total{handler="/api/v1/otlp/v1/metrics"}')})""",
        "status {{code}}",
    ),
    none="No metrics by OTLP",
    links=(_ALL,),
    width=8,
)
_RULES = lines(
    "Rule evaluation",
    "percentunit",
    About(
        "How much of its interval the slowest group of rules takes, and evaluations that failed per second.",
        "At 100 % rules are late: figures and alerts lag behind.",
        "Split the group, lengthen its interval, or give Prometheus more CPU.",
    ),
    PromQL(
        "max (prometheus_rule_group_last_duration_seconds / (prometheus_rule_group_interval_seconds > 0))",
        "slowest group",
    ),
    PromQL(f"sum ({rate_of('prometheus_rule_evaluation_failures_total')})", "failures/s"),
    colours={"failures/s": SEVERE},
    limits=Limits(severe=1),
    least=1,
    none="No rules",
    links=(_ALL,),
    width=8,
)
_NOTIFICATIONS = bars(
    "Notifications",
    "cps",
    About(
        "Notifications per second that Alertmanager sent, and those that failed, by way of delivery.",
        "An alert that fires and does not arrive is worse than none: everybody believes that all is well.",
        "Failed: is the address right, the token valid, the network open? Alertmanager's log has the answer it got.",
    ),
    PromQL(
        or_zero(f"sum by (integration) ({rate_of('alertmanager_notifications_total')}) > 0", "integration"),
        "{{integration}} sent",
    ),
    PromQL(
        or_zero(f"sum by (integration) ({rate_of('alertmanager_notifications_failed_total')}) > 0", "integration"),
        "{{integration}} failed",
    ),
    none="Alertmanager is not scraped",
    links=(_ALL,),
)
_MEMORY = lines(
    "Memory of the monitoring",
    "bytes",
    About(
        "Resident memory of the Collectors, Tempo, Prometheus, Alertmanager and Grafana.",
        "Tempo and Prometheus grow with traffic and with the number of series.",
        "Near the limit of its container: fewer labels, shorter retention, or more memory.",
    ),
    PromQL("max by (job) (process_resident_memory_bytes or otelcol_process_memory_rss)", "{{job}}"),
    none="Nothing is scraped",
    links=(_ALL,),
)

DASHBOARD = Dashboard(
    "GenAI pipeline",
    "Whether the monitoring itself can be trusted: processes, Collectors, Tempo, Prometheus, Alertmanager.",
    (
        Row("Can it be trusted?", (_UP, _LOST, _FAULTS, _REFUSED, _DISCARDED, _RULE_FAILURES)),
        Row("In the applications", (_FLOW, _LOST_BY, _KEPT, _QUEUE, _INLINE, _UNPARSED, _CONTENT, _ERRORS)),
        Row(
            "Audit log and judge",
            (*audit_panels.PANELS, judge_panels.NOT_JUDGED),
        ),
        Row("Collectors", (_COLLECTOR, _COLLECTOR_QUEUE)),
        Row("Backends", (_TEMPO, _METRICS, _RULES, _NOTIFICATIONS, _MEMORY)),
    ),
    variables=("environment", "service"),
)

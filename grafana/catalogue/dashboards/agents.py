"""What applications do with models: operations, features, agents, tools, and who calls whom."""

from __future__ import annotations

from catalogue.dashboard import Dashboard, Row
from catalogue.drill_down import calls, spans, traces, traces_of_bar, traces_of_row, traces_of_series
from catalogue.figures import counted, named, per_hour, quantile, ratio
from catalogue.panels import About, Limits, lines, number, ranking
from catalogue.promql import FEATURE, OPERATION
from catalogue.tables import Column, rows, trace_list
from catalogue.target import PromQL, TraceQL

_BY_OPERATION = f"{{{{{OPERATION}}}}}"
_RUN = 'span.gen_ai.operation.name="invoke_agent"'
_TOOL = 'span.gen_ai.operation.name="execute_tool"'
_FAILED = "status=error"
_RUNS = traces("Traces with agents", spans(_RUN))
_TOOLS = traces("Traces with tools", spans(_TOOL))
_TOOL_ERRORS = traces("Traces with failed tools", spans(_TOOL, _FAILED))
_OPERATION = traces_of_series(OPERATION)
_EDGE = 'client=~"$service"'

_CALLS = number(
    "Model calls",
    "reqps",
    About(
        "Calls to models per second over five minutes, of agents and of everything else.",
        "An agent in a loop shows here first.",
        "Rises while agent runs do not: a run needs more steps than before. Open the traces with the most spans.",
    ),
    PromQL("sum (genai:calls:rate5m)", "calls"),
    width=6,
    links=(traces("Traces of all calls", calls()),),
)
_AGENT_RUNS = number(
    "Agent runs",
    "short",
    About(
        "Runs of agents in the time shown, in the traces that sampling kept.",
        "It is how often a whole task was tried, each with many calls and tools.",
        "Zero although agents run: is their framework instrumented? (docs/dialects.md)",
    ),
    TraceQL(f"{spans(_RUN)} | count_over_time()"),
    none="No agents in the traces",
    decimals=0,
    width=6,
    links=(_RUNS,),
)
_TOOL_CALLS = number(
    "Tool calls",
    "short",
    About(
        "Calls of tools in the time shown, in the traces that sampling kept.",
        "Tools are where an agent acts on the world; many per run mean that it searches its way.",
        "Compare with agent runs: more tools per run than before is a worse prompt or a worse tool.",
    ),
    TraceQL(f"{spans(_TOOL)} | count_over_time()"),
    none="No tools in the traces",
    decimals=0,
    width=6,
    links=(_TOOLS,),
)
_FAILED_TOOLS = number(
    "Failed tool calls",
    "short",
    About(
        "Calls of tools that ended with an error, in the time shown. Sampling keeps every trace with an error.",
        "A model whose tools fail tries again, at your expense, and then makes something up.",
        "See which tool below, and open its traces.",
    ),
    TraceQL(f"{spans(_TOOL, _FAILED)} | count_over_time()"),
    none="None failed",
    limits=Limits(1),
    decimals=0,
    width=6,
    links=(_TOOL_ERRORS,),
)
_OPERATIONS = lines(
    "Operations",
    "reqps",
    About(
        "Calls per second by kind of operation: chat, embeddings and others.",
        "The mix of operations is the shape of a chain: so many embeddings per chat.",
        "The mix changed with a deployment: a step was added, doubled or lost. Click a line for its traces.",
    ),
    PromQL(f"sum by ({OPERATION}) (genai:calls:rate5m)", _BY_OPERATION),
    stacked=True,
    width=8,
    links=(_OPERATION,),
)
_LATENCY = lines(
    "p95 by operation",
    "s",
    About(
        "The 95th percentile of the duration over five minutes, by operation.",
        "It shows which step of a chain makes it slow.",
        "Click a line for the traces; in a trace the longest span is the one to shorten.",
    ),
    PromQL(quantile(0.95, "duration", OPERATION), _BY_OPERATION),
    width=8,
    links=(_OPERATION,),
)
_COST = lines(
    "Spend by operation",
    "currencyUSD",
    About(
        "US dollars per hour, by operation.",
        "Embeddings are cheap, agents are not: money follows steps.",
        "An operation that grew: which feature uses it, in the table below.",
    ),
    PromQL(per_hour("genai:cost_usd:rate5m", OPERATION), _BY_OPERATION),
    stacked=True,
    none="No priced calls",
    width=8,
    links=(_OPERATION,),
)
_GROUP = f"service_name, {FEATURE}, {OPERATION}"
_FEATURES = rows(
    "Features",
    About(
        "Per service, feature and operation: calls and money in the time shown, p95 and failures now.",
        "It is the bill and the waiting time of each part of your product.",
        "Click a row for its traces. Everything is `no feature`? Let the application say it (docs/configuration.md).",
    ),
    (
        Column("service_name", "Service"),
        Column(FEATURE, "Feature"),
        Column(OPERATION, "Operation"),
        Column("Value #A", "Calls", "short", bar=True),
        Column("Value #B", "p95", "s"),
        Column("Value #C", "Failed", "percentunit", decimals=1),
        Column("Value #D", "Spend", "currencyUSD"),
        Column("Value #E", "Per call", "currencyUSD"),
    ),
    *(
        PromQL(named(expr, FEATURE, "no feature"), shape="rows")
        for expr in (
            counted("calls", _GROUP),
            quantile(0.95, "duration", _GROUP),
            ratio(f"sum by ({_GROUP}) (genai:errors:rate5m)", f"sum by ({_GROUP}) (genai:calls:rate5m)"),
            counted("cost_usd", _GROUP),
            f"{counted('cost_usd', _GROUP)} / ({counted('calls', _GROUP)} > 0)",
        )
    ),
    sort="Calls",
    links=(traces_of_row("service_name", OPERATION),),
)
_AGENTS = ranking(
    "Runs by agent",
    "short",
    About(
        "Runs of each agent in the time shown, in the traces that sampling kept.",
        "It tells which agents people use.",
        "Click a bar for the runs of that agent.",
    ),
    TraceQL(f"{spans(_RUN)} | count_over_time() by (span.gen_ai.agent.name)"),
    none="No agents in the traces",
    links=(traces_of_bar("span.gen_ai.agent.name", _RUN),),
)
_AGENT_TIME = lines(
    "p95 by agent",
    "s",
    About(
        "The 95th percentile of the duration of agent runs, over the traces that sampling kept.",
        "A run is what somebody waits for, calls and tools included. Sampling keeps slow ones: it reads high.",
        "Click a line for the runs, and look for the step that repeats.",
    ),
    TraceQL(f"{spans(_RUN)} | quantile_over_time(duration, .95) by (span.gen_ai.agent.name)"),
    name='${__field.labels["span.gen_ai.agent.name"]}',
    none="No agents in the traces",
    links=(_RUNS,),
    width=16,
)
_TOOL_RANKING = ranking(
    "Calls by tool",
    "short",
    About(
        "Calls of each tool in the time shown, in the traces that sampling kept.",
        "The tool at the top is the one to make fast and cheap.",
        "Click a bar for its traces.",
    ),
    TraceQL(f"{spans(_TOOL)} | count_over_time() by (span.gen_ai.tool.name)"),
    none="No tools in the traces",
    links=(traces_of_bar("span.gen_ai.tool.name", _TOOL),),
)
_TOOL_TIME = lines(
    "p95 by tool",
    "s",
    About(
        "The 95th percentile of the duration of tool calls, over the traces that sampling kept.",
        "The model and the user wait for a tool as for an answer.",
        "Slow: give it a limit of time, and an answer that tells the model that it failed.",
    ),
    TraceQL(f"{spans(_TOOL)} | quantile_over_time(duration, .95) by (span.gen_ai.tool.name)"),
    name='${__field.labels["span.gen_ai.tool.name"]}',
    none="No tools in the traces",
    links=(_TOOLS,),
    width=8,
)
_TOOL_FAILURES = ranking(
    "Failures by tool",
    "short",
    About(
        "Failed calls of each tool in the time shown. Sampling keeps every trace with an error.",
        "One broken tool spoils every run that needs it.",
        "Click a bar for the failed calls; the exception is on the span.",
    ),
    TraceQL(f"{spans(_TOOL, _FAILED)} | count_over_time() by (span.gen_ai.tool.name)"),
    none="None failed",
    links=(traces_of_bar("span.gen_ai.tool.name", _TOOL, _FAILED),),
)
_GRAPH = rows(
    "Who calls whom",
    About(
        "Edges of the service graph that Tempo makes from traces: requests per second, share that failed, p95.",
        "It shows the providers and services that a chain depends on; as a picture: Explore, Tempo, Service Graph.",
        "An edge that fails is where to look first; one that you do not know is a dependency nobody decided on.",
    ),
    (
        Column("client", "From", width=130),
        Column("server", "To", width=130),
        Column("Value #A", "Requests", "reqps", bar=True),
        Column("Value #B", "Failed", "percentunit", decimals=1, width=90),
        Column("Value #C", "p95", "s", width=90),
    ),
    PromQL(
        f"sum by (client, server) (rate(traces_service_graph_request_total{{{_EDGE}}}[$__rate_interval]))", shape="rows"
    ),
    PromQL(
        ratio(
            f"sum by (client, server) (rate(traces_service_graph_request_failed_total{{{_EDGE}}}[$__rate_interval]))",
            f"sum by (client, server) (rate(traces_service_graph_request_total{{{_EDGE}}}[$__rate_interval]))",
        ),
        shape="rows",
    ),
    PromQL(
        "histogram_quantile(0.95, sum by (client, server, le) "
        f"(rate(traces_service_graph_request_client_seconds_bucket{{{_EDGE}}}[$__rate_interval]))) >= 0",
        shape="rows",
    ),
    none="No edges yet",
    sort="Requests",
    links=(traces("Traces between services", spans("kind=client")),),
    width=12,
)
_READ = trace_list(
    "Long traces",
    About(
        "The newest traces that took more than three seconds from the first call to the last.",
        "A long chain is where steps can be saved or run at once.",
        "Click one and read it from the top: which step waits for which?",
    ),
    f"{spans('span.gen_ai.operation.name != nil', 'traceDuration > 3s')}",
    width=12,
    height=8,
)

DASHBOARD = Dashboard(
    "GenAI agents and chains",
    "What applications do with models: operations, features, agents, tools, and who calls whom.",
    (
        Row("What runs", (_CALLS, _AGENT_RUNS, _TOOL_CALLS, _FAILED_TOOLS)),
        Row("Operations and features", (_OPERATIONS, _LATENCY, _COST, _FEATURES)),
        Row("Agents and tools", (_AGENTS, _AGENT_TIME, _TOOL_RANKING, _TOOL_TIME, _TOOL_FAILURES)),
        Row("Chains", (_GRAPH, _READ)),
    ),
)

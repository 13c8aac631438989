"""The Collector's shipped files: nothing leaves unmasked, and names are those of Spanwise."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import cast

import pytest
import yaml

from spanwise.core.recorder import SCOPE
from spanwise.core.view import CLIENT_OPERATIONS
from spanwise.processors.dialects import conventions, openinference, openllmetry
from spanwise.processors.dialects.dialect import Row
from spanwise.processors.measure import MeasureSettings
from spanwise.semconv import attributes as names
from spanwise.semconv.metrics import CALLS, COST, MEASURING_SCOPES, PROFILES, Metric

FOLDER = Path(__file__).parents[2] / "collector-config"
COMBINATIONS = (
    ("agent.yaml",),
    ("gateway.yaml",),
    ("agent.yaml", "kafka-agent.yaml"),
    ("gateway.yaml", "kafka-gateway.yaml"),
    ("agent.yaml", "logs.yaml"),
    ("agent.yaml", "kubernetes/agent-config.yaml"),
    ("gateway.yaml", "kubernetes/gateway-config.yaml"),
)
MASKS = {
    "traces": ["transform/expose", "redaction", "transform/restore"],
    "logs": ["transform/expose", "redaction", "transform/restore"],
    "metrics": ["transform/expose", "redaction/metrics", "transform/restore"],
}
Tree = dict[str, object]


def text_of(file: str) -> str:
    return (FOLDER / file).read_text(encoding="utf-8")


def tree(file: str) -> Tree:
    return cast("Tree", yaml.safe_load(text_of(file)))


def at(root: object, *path: str) -> Tree:
    for key in path:
        root = cast("Tree", root)[key]
    return cast("Tree", root)


def merged(base: Tree, over: Tree) -> Tree:
    """As the Collector merges its files: maps deeply, everything else replaced."""
    both = {key: merged(at(base, key), at(over, key)) for key in base.keys() & over.keys() if is_tree(base, over, key)}
    return {**base, **over, **both}


def is_tree(base: Tree, over: Tree, key: str) -> bool:
    return isinstance(base[key], dict) and isinstance(over[key], dict)


def configuration(files: tuple[str, ...]) -> Tree:
    found: Tree = {}
    for file in files:
        found = merged(found, tree(file))
    return found


def pipelines(config: Tree) -> dict[str, dict[str, list[str]]]:
    return cast("dict[str, dict[str, list[str]]]", at(config, "service", "pipelines"))


def statements(file: str, processor: str) -> str:
    groups = cast("list[Tree]", at(tree(file), "processors", processor)["trace_statements"])
    return "\n".join(str(statement) for group in groups for statement in cast("list[str]", group["statements"]))


@pytest.mark.parametrize("files", COMBINATIONS, ids="+".join)
def test_every_component_of_a_pipeline_is_there(files: tuple[str, ...]) -> None:
    config = configuration(files)
    connectors = set(at(config, "connectors")) if "connectors" in config else set[str]()
    for pipeline in pipelines(config).values():
        assert set(pipeline["receivers"]) <= set(at(config, "receivers")) | connectors
        assert set(pipeline.get("processors", [])) <= set(at(config, "processors"))
        assert set(pipeline["exporters"]) <= set(at(config, "exporters")) | connectors


@pytest.mark.parametrize("files", COMBINATIONS, ids="+".join)
def test_what_comes_in_meets_the_memory_limit_first_and_leaves_masked(files: tuple[str, ...]) -> None:
    config = configuration(files)
    taking = {name: each for name, each in pipelines(config).items() if {"otlp", "kafka"} & set(each["receivers"])}
    assert taking
    for name, pipeline in taking.items():
        assert pipeline["processors"][0] == "memory_limiter"
        assert pipeline["processors"][-3:] == MASKS[name.split("/")[0]], name


@pytest.mark.parametrize("files", COMBINATIONS, ids="+".join)
def test_what_leaves_the_machine_waits_on_disk(files: tuple[str, ...]) -> None:
    config = configuration(files)
    used = {exporter for pipeline in pipelines(config).values() for exporter in pipeline["exporters"]}
    for exporter in used & set(at(config, "exporters")) - {"prometheus"}:
        queue = at(config, "exporters", exporter, "sending_queue")
        assert (queue["enabled"], queue["storage"], queue["sizer"]) == (True, "file_storage", "bytes"), exporter


def test_agent_and_gateway_mask_alike() -> None:
    start, end = "  # --- second line of redaction", "  # --- end of the second line of redaction"
    blocks = [text_of(file).partition(start)[2].partition(end)[0] for file in ("agent.yaml", "gateway.yaml")]
    assert len(blocks[0]) > 5000
    assert blocks[0] == blocks[1]


def test_failure_of_redaction_refuses_the_batch() -> None:
    for step in ("transform/expose", "transform/restore"):
        assert at(tree("gateway.yaml"), "processors", step)["error_mode"] == "propagate"


def test_no_name_of_spanwise_is_taken_for_that_of_a_secret() -> None:
    redaction = at(tree("gateway.yaml"), "processors", "redaction")
    patterns = [re.compile(text.replace("$$", "$")) for text in cast("list[str]", redaction["blocked_key_patterns"])]
    known = [value for name, value in vars(names).items() if name.isupper()]
    assert [name for name in known if any(pattern.search(name) for pattern in patterns)] == []
    for name in ("http.request.header.authorization", "api_key", "db.password", "x-api-key", "AWS_SECRET"):
        assert any(pattern.search(name) for pattern in patterns), name


def test_one_list_of_scopes_that_measure_themselves() -> None:
    lists = {match for file in ("agent.yaml", "gateway.yaml") for match in scopes_in(text_of(file))}
    (pattern,) = lists
    for scope in (SCOPE, *MEASURING_SCOPES):
        assert re.match(pattern, f"{scope}.openai") and re.match(pattern, scope)
    assert not re.match(pattern, "opentelemetry.instrumentation.openai.v1")


def scopes_in(text: str) -> list[str]:
    return re.findall(r"\$\{env:GENAI_MEASURING_SCOPES:-([^}]*)\}", text)


def derived() -> Iterator[Tree]:
    yield from cast("list[Tree]", at(tree("gateway.yaml"), "connectors", "signal_to_metrics")["spans"])


def test_derived_metrics_are_those_of_the_process() -> None:
    profile = PROFILES["v1.41"]
    expected: tuple[Metric | None, ...] = (
        CALLS,
        COST,
        profile.duration,
        profile.time_to_first_chunk,
        profile.token_usage,
        profile.cache_read_tokens,
        profile.cache_write_tokens,
        profile.reasoning_tokens,
    )
    found = {str(metric["name"]): metric for metric in derived()}
    assert set(found) == {metric.name for metric in expected if metric is not None}
    for metric in filter(None, expected):
        written = found[metric.name]
        assert (written["unit"], written["description"]) == (metric.unit, metric.description)
        assert ("histogram" in written) == (metric.instrument == "histogram")
        if metric.buckets:
            assert at(written, "histogram")["buckets"] == list(metric.buckets)
        else:
            assert at(written, "sum")["monotonic"] is True


def test_labels_of_derived_metrics_are_those_of_the_process() -> None:
    usual = {
        names.OPERATION_NAME,
        names.PROVIDER_NAME,
        names.REQUEST_MODEL,
        names.RESPONSE_MODEL,
        names.OUTCOME,
        names.ERROR_TYPE,
        *MeasureSettings().labels,
    }
    for metric in derived():
        labels = {str(label["key"]) for label in cast("list[Tree]", metric["attributes"])}
        assert labels - {"gen_ai.token.type"} == usual


def test_calls_are_those_of_the_process() -> None:
    filters = cast("list[str]", at(tree("gateway.yaml"), "processors", "filter/unmeasured")["trace_conditions"])
    (pattern,) = re.findall(r'"(\^\([^"]*)"', filters[0])
    counted = set(re.findall(r"\w+", pattern))
    # the rest are older spellings, which transform/normalise has replaced by then
    assert counted == CLIENT_OPERATIONS - {"completion", "message", "embedding"}


# written in other ways than as a renaming, or with their content
OTHERWISE = {
    "llm.request.type",
    "gen_ai.response.finish_reason",
    "llm.response.finish_reason",
    "llm.response.stop_reason",
    "gen_ai.openai.request.response_format",
}


ROWS = (*conventions.ROWS, *openllmetry.ROWS, *openinference.ROWS, *openinference.CALL_ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.source)
def test_gateway_renames_what_the_process_renames(row: Row) -> None:
    written = statements("gateway.yaml", "transform/normalise")
    if row.source not in OTHERWISE:
        begin = re.escape(f'set(span.attributes["{row.target}"], ')
        assert re.search(begin + r"\w*\(?" + re.escape(f'span.attributes["{row.source}"]'), written)
    assert f'delete_key(span.attributes, "{row.source}")' in written


def documents(folder: Path) -> Iterator[Tree]:
    for file in sorted(folder.glob("*.yaml")):
        for document in yaml.safe_load_all(file.read_text(encoding="utf-8")):
            if "kind" in document:
                yield document


MANIFESTS = list(documents(FOLDER / "kubernetes"))


def named(kind: str) -> dict[str, Tree]:
    return {str(at(found, "metadata")["name"]): found for found in MANIFESTS if found["kind"] == kind}


def workloads() -> dict[str, Tree]:
    return named("DaemonSet") | named("StatefulSet")


def pod(workload: Mapping[str, object]) -> Tree:
    return at(workload, "spec", "template", "spec")


def test_cluster_runs_the_shipped_files() -> None:
    kustomization = tree("kustomization.yaml")
    generated = {str(each["name"]): each["files"] for each in cast("list[Tree]", kustomization["configMapGenerator"])}
    for file in cast("list[str]", kustomization["resources"]):
        assert (FOLDER / file).is_file()
    for name, workload in workloads().items():
        volumes = cast("list[Tree]", pod(workload)["volumes"])
        (config,) = (at(volume, "configMap")["name"] for volume in volumes if "configMap" in volume)
        files = [file.partition("=") for file in cast("list[str]", generated[str(config)])]
        assert files[0][0] == f"{name}.yaml"
        assert all((FOLDER / (source or key)).is_file() for key, _, source in files)
        (container,) = cast("list[dict[str, list[str]]]", pod(workload)["containers"])
        assert container["args"] == [f"--config=/etc/otelcol/{key}" for key, _, _ in files]


def test_what_manifests_name_is_there() -> None:
    accounts, services = named("ServiceAccount"), named("Service")
    for name, workload in workloads().items():
        assert pod(workload)["serviceAccountName"] in accounts
        assert at(services[name], "spec", "selector") == at(workload, "spec", "selector", "matchLabels")
        (container,) = cast("list[Tree]", pod(workload)["containers"])
        ports = {port["name"] for port in cast("list[Tree]", container["ports"])}
        assert {port["targetPort"] for port in cast("list[Tree]", at(services[name], "spec")["ports"])} <= ports
        mounted = {mount["name"] for mount in cast("list[Tree]", container["volumeMounts"])}
        claims = cast("list[Tree]", at(workload, "spec").get("volumeClaimTemplates", []))
        given = {volume["name"] for volume in cast("list[Tree]", pod(workload)["volumes"])}
        assert mounted == given | {at(claim, "metadata")["name"] for claim in claims}
    for binding in (*named("ClusterRoleBinding").values(), *named("RoleBinding").values()):
        role = at(binding, "roleRef")
        assert role["name"] in named(str(role["kind"]))
        assert {str(subject["name"]) for subject in cast("list[Tree]", binding["subjects"])} <= set(accounts)
    resolver = at(tree("kubernetes/agent-config.yaml"), "exporters", "load_balancing/kubernetes", "resolver", "k8s")
    assert resolver["service"] == "gateway.observability"
    assert at(services["gateway"], "spec")["clusterIP"] == "None"


def test_agent_gives_up_a_gateway_that_left_the_cluster() -> None:
    exporter = at(tree("kubernetes/agent-config.yaml"), "exporters", "load_balancing/kubernetes")
    assert at(exporter, "protocol", "otlp", "retry_on_failure")["max_elapsed_time"] == "20s"


def test_containers_run_without_rights() -> None:
    for workload in workloads().values():
        for container in cast("list[Tree]", pod(workload)["containers"]):
            said = at(container, "securityContext")
            assert (said["runAsNonRoot"], said["readOnlyRootFilesystem"]) == (True, True)
            assert (said["allowPrivilegeEscalation"], at(said, "capabilities")) == (False, {"drop": ["ALL"]})
            assert "memory" in at(container, "resources", "limits")
            assert re.search(r":\d[\w.]*$", str(container["image"]))


def test_readme_names_every_file() -> None:
    readme = text_of("README.md")
    for file in FOLDER.rglob("*.yaml"):
        assert f"`{file.relative_to(FOLDER)}`" in readme

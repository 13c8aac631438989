"""Broken set-ups, each diagnosed by name and with its fix."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from spanwise.distro.checks.capture import check_clients, check_formats
from spanwise.distro.checks.configuration import check_settings, check_variables
from spanwise.distro.checks.endpoints import check_endpoints
from spanwise.distro.checks.exporters import check_exporters
from spanwise.distro.checks.finding import Check, Finding, Level, Setup
from spanwise.distro.checks.rehearsal import check_pipeline
from spanwise.distro.checks.sdk import (
    check_configuration_file,
    check_content_mode,
    check_distributions,
    check_limits,
    check_switches,
)
from spanwise.distro.checks.sources import check_instrumentors, check_native_tracing, check_suites
from spanwise.distro.checks.store import check_store
from spanwise.distro.checks.versions import check_entry_points, check_local_folders, check_versions
from spanwise.distro.doctor import diagnose, exit_code, render
from unit.otlp_receivers import closed_port, grpc_receiver, hanging_up, http_receiver

Install = Callable[..., None]
_STORE = {f"OTEL_{signal}_EXPORTER": "spanwise" for signal in ("TRACES", "METRICS", "LOGS")}
_TRACES_ONLY = {"OTEL_METRICS_EXPORTER": "none", "OTEL_LOGS_EXPORTER": "none"}
_HTTP = {**_TRACES_ONLY, "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf"}


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Installs a distribution of a given name and version, before all others on the path."""
    site = tmp_path / "site-packages"
    site.mkdir()
    monkeypatch.setattr(sys, "path", [str(site), *sys.path])

    def add(name: str, version: str, author: str = "", entry_points: Mapping[str, str] | None = None) -> None:
        info = site / f"{name.replace('-', '_')}-{version[:20]}.dist-info"
        info.mkdir()
        metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        (info / "METADATA").write_text(metadata + (f"Author-email: {author}\n" if author else ""))
        lines = [f"[{group}]\n{entry}\n" for group, entry in (entry_points or {}).items()]
        (info / "entry_points.txt").write_text("\n".join(lines))

    return add


def _found(check: Check, environ: Mapping[str, str] | None = None, directory: Path | None = None) -> list[Finding]:
    return list(check(Setup(environ or {}, directory or Path.cwd())))


def _the_one(findings: list[Finding], level: Level) -> Finding:
    (finding,) = [finding for finding in findings if finding.level == level]
    return finding


def _levels(findings: list[Finding]) -> set[Level]:
    return {finding.level for finding in findings}


class TestVersions:
    def test_packages_of_one_release_are_right(self) -> None:
        assert _levels(_found(check_versions)) == {"ok"}

    def test_mixed_releases_are_named_with_the_command_that_aligns_them(self, install: Install) -> None:
        install("opentelemetry-api", "1.43.0")
        finding = _the_one(_found(check_versions), "warning")
        assert "opentelemetry-api 1.43.0 beside release 1." in finding.text
        assert finding.fix.startswith('pip install "opentelemetry-api==1.')

    def test_beta_package_of_another_release_is_named(self, install: Install) -> None:
        install("opentelemetry-instrumentation", "0.60b1")
        finding = _the_one(_found(check_versions), "warning")
        assert "opentelemetry-instrumentation 0.60b1" in finding.text

    def test_prerelease_of_httpx_is_a_failure(self, install: Install) -> None:
        install("httpx", "1.0.dev6")
        finding = _the_one(_found(check_versions), "failure")
        assert "httpx 1.0.dev6" in finding.text
        assert finding.fix == 'pip install "httpx<1"'

    def test_installation_without_entry_points_is_a_failure(self, install: Install) -> None:
        install("spanwise", "0.1.0")
        finding = _the_one(_found(check_entry_points), "failure")
        assert "does not see Spanwise" in finding.text
        assert "pip install" in finding.fix

    def test_installation_without_the_store_exporters_is_incomplete(self, install: Install) -> None:
        hook = {"opentelemetry_pre_instrument": "spanwise = spanwise.distro.autoload:pre_instrument"}
        install("spanwise", "0.1.0", entry_points=hook)
        assert "opentelemetry_logs_exporter" in _the_one(_found(check_entry_points), "failure").text

    @pytest.mark.parametrize("hidden", ["spanwise/__init__.py", "opentelemetry/__init__.py", "opentelemetry.py"])
    def test_local_folder_that_hides_a_package_is_a_failure(self, tmp_path: Path, hidden: str) -> None:
        (tmp_path / hidden).parent.mkdir(exist_ok=True)
        (tmp_path / hidden).touch()
        finding = _the_one(_found(check_local_folders, directory=tmp_path), "failure")
        assert str(tmp_path / hidden.removesuffix("/__init__.py")) in finding.fix

    def test_local_folder_that_is_no_package_hides_nothing(self, tmp_path: Path) -> None:
        (tmp_path / "spanwise").mkdir()
        assert not _found(check_local_folders, directory=tmp_path)


class TestCapture:
    def test_hooked_clients_are_named(self) -> None:
        captured = [finding.text for finding in _found(check_clients) if finding.level == "ok"]
        assert len(captured) == 2
        assert all("are captured" in text for text in captured)

    def test_client_that_is_not_hooked_is_named(self, install: Install) -> None:
        install("aiohttp", "3.14.0")
        assert "aiohttp 3.14.0" in _the_one(_found(check_clients), "note").text

    def test_sdk_behind_another_client_is_named(self, install: Install) -> None:
        install("boto3", "1.44.0")
        finding = _the_one(_found(check_formats), "warning")
        assert "boto3 1.44.0" in finding.text
        assert "botocore" in finding.text

    def test_sdks_whose_format_is_read_are_named(self) -> None:
        text = _the_one(_found(check_formats), "ok").text
        assert "openai" in text
        assert "anthropic" in text

    def test_capture_that_is_switched_off_is_named(self) -> None:
        assert "SPANWISE_GENERAL_WIRE" in _the_one(_found(check_clients, {"SPANWISE_GENERAL_WIRE": "off"}), "note").fix


class TestOtherSources:
    def test_sdk_that_traces_itself_is_counted_once(self) -> None:
        assert "counted once" in _the_one(_found(check_native_tracing), "ok").text

    def test_sdk_whose_own_tracing_is_off_is_not_named(self) -> None:
        assert not _found(check_native_tracing, {"ANTHROPIC_OPEN_TELEMETRY": "false"})

    def test_mistral_is_named_only_with_its_variable(self, install: Install) -> None:
        install("mistralai", "3.7.0")
        environ = {"ANTHROPIC_OPEN_TELEMETRY": "false"}
        assert not _found(check_native_tracing, environ)
        found = _found(check_native_tracing, {**environ, "MISTRAL_SDK_TELEMETRY": "global"})
        assert "MISTRAL_SDK_TELEMETRY=global" in _the_one(found, "ok").text

    @pytest.mark.parametrize(
        ("name", "author", "maker"),
        [
            ("opentelemetry-instrumentation-openai", "Ann <ann@traceloop.com>", "OpenLLMetry"),
            ("opentelemetry-instrumentation-genai-openai", "OpenTelemetry Authors", "OpenTelemetry"),
            ("opentelemetry-instrumentation-openai-v2", "OpenTelemetry Authors", "OpenTelemetry"),
            ("openinference-instrumentation-openai", "OpenInference Authors", "OpenInference"),
        ],
    )
    def test_instrumentors_are_told_apart_by_their_makers(
        self, install: Install, name: str, author: str, maker: str
    ) -> None:
        install(name, "1.0.0", author)
        said = _the_one(_made(maker), "ok").text  # others may be installed beside it
        assert said.startswith(f"{maker} instruments calls to models (")
        assert name in said.partition("(")[2].partition(")")[0].split(", ")

    def test_instrumentor_of_something_else_is_not_named(self, install: Install) -> None:
        install("opentelemetry-instrumentation-flask", "0.66b1", "OpenTelemetry Authors")
        assert not [finding for finding in _found(check_instrumentors) if "flask" in finding.text]

    def test_two_instrumentors_of_one_library_are_named(self, install: Install) -> None:
        entry = {"opentelemetry_instrumentor": "shop = shop:Instrumentor"}
        install("openinference-instrumentation-shop", "1.0.0", "", entry)
        install("opentelemetry-instrumentation-shop", "1.0.0", "a@traceloop.com", entry)
        assert "2 instrumentors are installed for `shop`" in _the_one(_found(check_instrumentors), "warning").text

    @pytest.mark.parametrize("name", ["logfire", "langfuse", "openlit", "ddtrace"])
    def test_suite_that_may_bring_its_own_provider_is_named(self, install: Install, name: str) -> None:
        install(name, "4.0.0")
        assert f"{name} 4.0.0" in _the_one(_found(check_suites), "note").text


def _made(maker: str) -> list[Finding]:
    return [finding for finding in _found(check_instrumentors) if finding.text.startswith(maker)]


class TestSdk:
    def test_second_distro_is_named_with_the_one_that_wins(self, install: Install) -> None:
        entry = {"opentelemetry_distro": "acme = acme:Distro", "opentelemetry_configurator": "acme = acme:Setup"}
        install("acme-distro", "1.0.0", "", entry)
        found = _found(check_distributions)
        assert [finding.fix for finding in found] == ["OTEL_PYTHON_DISTRO=acme", "OTEL_PYTHON_CONFIGURATOR=acme"]
        assert all("`acme` wins" in finding.text for finding in found)
        chosen = {"OTEL_PYTHON_DISTRO": "distro", "OTEL_PYTHON_CONFIGURATOR": "configurator"}
        assert not _found(check_distributions, chosen)

    def test_distro_that_is_not_installed_is_a_failure(self) -> None:
        assert "nope" in _the_one(_found(check_distributions, {"OTEL_PYTHON_DISTRO": "nope"}), "failure").text

    def test_disabled_sdk_is_a_failure(self) -> None:
        finding = _the_one(_found(check_switches, {"OTEL_SDK_DISABLED": "TRUE"}), "failure")
        assert finding.fix == "unset OTEL_SDK_DISABLED"

    def test_sampler_that_records_nothing_is_a_failure(self) -> None:
        finding = _the_one(_found(check_switches, {"OTEL_TRACES_SAMPLER": "always_off"}), "failure")
        assert finding.fix == "unset OTEL_TRACES_SAMPLER"

    @pytest.mark.parametrize(("value", "part"), [("*", "every instrumentor"), ("flask, spanwise", "names Spanwise")])
    def test_disabled_instrumentations_are_explained(self, value: str, part: str) -> None:
        found = _found(check_switches, {"OTEL_PYTHON_DISABLED_INSTRUMENTATIONS": value})
        assert part in _the_one(found, "warning").text

    def test_true_for_content_is_named_as_the_trap_that_it_is(self) -> None:
        found = _found(check_content_mode, {"OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT": "true"})
        assert "NO content" in _the_one(found, "warning").text
        assert "SPAN_ONLY" in _the_one(found, "warning").fix

    def test_mistyped_content_mode_is_named_with_the_closest_one(self) -> None:
        found = _found(check_content_mode, {"OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT": "spanonly"})
        assert _the_one(found, "warning").fix.endswith("=SPAN_ONLY")

    @pytest.mark.parametrize(
        ("variable", "value", "part"),
        [
            ("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", "4096", "becomes invalid"),
            ("OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", "100", "becomes invalid"),
            ("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "16", "evicts the oldest"),
        ],
    )
    def test_limit_that_cuts_attributes_is_named(self, variable: str, value: str, part: str) -> None:
        finding = _the_one(_found(check_limits, {variable: value}), "warning")
        assert f"{variable}={value}" in finding.text
        assert part in finding.text

    def test_limit_that_leaves_enough_is_no_problem(self) -> None:
        assert not _found(check_limits, {"OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT": "256"})


class TestConfigurationFile:
    @pytest.fixture(autouse=True)
    def reader(self, install: Install) -> None:
        install("opentelemetry-configuration", "0.66b1")

    def test_missing_file_is_a_failure(self, tmp_path: Path) -> None:
        found = _found(check_configuration_file, {"OTEL_CONFIG_FILE": "gone.yaml"}, tmp_path)
        assert "gone.yaml" in _the_one(found, "failure").text

    @pytest.mark.parametrize(("content", "part"), [("a: [", "not valid YAML"), ("- a", "not a mapping")])
    def test_file_that_does_not_parse_is_a_failure(self, tmp_path: Path, content: str, part: str) -> None:
        (tmp_path / "otel.yaml").write_text(content)
        found = _found(check_configuration_file, {"OTEL_CONFIG_FILE": "otel.yaml"}, tmp_path)
        assert part in _the_one(found, "failure").text

    def test_section_that_is_missing_means_that_its_signal_is(self, tmp_path: Path) -> None:
        (tmp_path / "otel.yaml").write_text('file_format: "1.0"\ntracer_provider: {processors: []}\n')
        found = _found(check_configuration_file, {"OTEL_CONFIG_FILE": "otel.yaml"}, tmp_path)
        assert [f.text.rpartition("no ")[2] for f in found if f.level == "warning"] == ["metrics", "logs"]
        assert "failure" not in _levels(found)

    def test_package_that_reads_the_file_must_be_installed(self, tmp_path: Path) -> None:
        shutil.rmtree(tmp_path / "site-packages" / "opentelemetry_configuration-0.66b1.dist-info")
        setup = Setup({"OTEL_CONFIG_FILE": "otel.yaml"}, tmp_path)
        if setup.version("opentelemetry-configuration"):
            pytest.skip("the real package is installed here")
        found = list(check_configuration_file(setup))
        assert "pip install opentelemetry-configuration" in [finding.fix for finding in found]


class TestExporters:
    def test_mistyped_exporter_is_named_with_the_closest_one(self) -> None:
        found = _found(check_exporters, {**_TRACES_ONLY, "OTEL_TRACES_EXPORTER": "consol"})
        assert "`consol`" in _the_one(found, "failure").text
        assert _the_one(found, "failure").fix == "OTEL_TRACES_EXPORTER=console"

    def test_exporter_of_a_package_that_is_missing_is_named_with_its_package(self) -> None:
        found = _found(check_exporters, {"OTEL_METRICS_EXPORTER": "prometheus"})
        assert _the_one(found, "failure").fix == "pip install opentelemetry-exporter-prometheus"

    def test_none_beside_another_exporter_is_a_failure(self) -> None:
        found = _found(check_exporters, {"OTEL_TRACES_EXPORTER": "console,none"})
        assert _the_one(found, "failure").fix == "remove `none` from OTEL_TRACES_EXPORTER"

    def test_protocol_that_the_sdk_does_not_know_is_a_failure(self) -> None:
        found = _found(check_exporters, {**_TRACES_ONLY, "OTEL_EXPORTER_OTLP_PROTOCOL": "http/json"})
        assert _the_one(found, "failure").fix == "OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf"

    def test_process_that_exports_nothing_is_a_failure(self) -> None:
        found = _found(check_exporters, {**_TRACES_ONLY, "OTEL_TRACES_EXPORTER": "none"})
        assert _the_one(found, "failure").text == "no telemetry leaves the process"

    def test_defaults_of_the_distro_are_right(self) -> None:
        assert [finding.text for finding in _found(check_exporters)] == [
            f"{signal} go to `otlp`" for signal in ("traces", "metrics", "logs")
        ]


class TestHttpEndpoints:
    def test_receiver_that_answers_is_right_for_every_signal(self) -> None:
        with http_receiver() as port:
            environ = {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{port}/"}
            found = _found(check_endpoints, {**environ, "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf"})
        assert [finding.level for finding in found] == ["ok"] * 3
        assert f"http://127.0.0.1:{port}/v1/metrics answers" in found[1].text

    def test_port_without_a_listener_is_named_once_for_all_signals(self) -> None:
        port = closed_port()
        environ = {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{port}"}
        (finding,) = _found(check_endpoints, {**environ, "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf"})
        assert finding.level == "failure"
        assert finding.text.startswith(f"traces, metrics, logs: nothing listens at 127.0.0.1:{port}")
        assert "OTEL_TRACES_EXPORTER=spanwise" in finding.fix

    def test_host_that_does_not_exist_is_named(self) -> None:
        (finding,) = _found(check_endpoints, {**_HTTP, "OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector.invalid:4318"})
        assert "the name collector.invalid is not known" in finding.text

    def test_port_that_is_usual_for_the_other_protocol_is_named(self) -> None:
        (finding,) = _found(check_endpoints, {**_HTTP, "OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector.invalid:4317"})
        assert "port 4317 is usually for grpc, but the protocol is http/protobuf" in finding.text

    def test_credentials_in_the_address_are_not_shown(self) -> None:
        with http_receiver(answer=503) as port:
            address = f"http://ada:hunter2@127.0.0.1:{port}/v1/traces?key=hunter2"
            (finding,) = _found(check_endpoints, {**_HTTP, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": address})
        assert f"http://127.0.0.1:{port}/v1/traces answers" in finding.text
        assert "hunter2" not in finding.text + finding.fix

    def test_signal_variable_without_its_path_is_named(self) -> None:
        with http_receiver() as port:
            base = f"http://127.0.0.1:{port}"
            (finding,) = _found(check_endpoints, {**_HTTP, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": base})
        assert "404" in finding.text
        assert finding.fix.startswith(f"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT={base}/v1/traces ")

    def test_general_variable_with_a_path_is_named(self) -> None:
        with http_receiver() as port:
            base = f"http://127.0.0.1:{port}"
            (finding,) = _found(check_endpoints, {**_HTTP, "OTEL_EXPORTER_OTLP_ENDPOINT": f"{base}/v1/traces"})
        assert finding.fix.startswith(f"OTEL_EXPORTER_OTLP_ENDPOINT={base} ")

    def test_receiver_of_traces_alone_is_named_for_the_other_signals(self) -> None:
        with http_receiver(paths=("/v1/traces",)) as port:
            environ = {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{port}", "OTEL_LOGS_EXPORTER": "none"}
            found = _found(check_endpoints, {**environ, "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf"})
        assert [finding.level for finding in found] == ["ok", "failure"]
        assert "OTEL_METRICS_EXPORTER=none" in found[1].fix

    def test_missing_and_wrong_credentials_are_told_apart(self) -> None:
        with http_receiver(token="Bearer right") as port:
            environ = {**_HTTP, "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{port}"}
            (missing,) = _found(check_endpoints, environ)
            (wrong,) = _found(
                check_endpoints, {**environ, "OTEL_EXPORTER_OTLP_HEADERS": "authorization=Bearer%20wrong"}
            )
            (right,) = _found(
                check_endpoints, {**environ, "OTEL_EXPORTER_OTLP_TRACES_HEADERS": "authorization=Bearer%20right"}
            )
        assert "no credentials (HTTP 401)" in missing.text
        assert "OTEL_EXPORTER_OTLP_HEADERS" in missing.fix
        assert "the credentials in the headers (authorization)" in wrong.text
        assert "wrong" not in wrong.text
        assert right.level == "ok"

    def test_receiver_in_trouble_is_named_with_its_answer(self) -> None:
        with http_receiver(answer=503) as port:
            (finding,) = _found(check_endpoints, {**_HTTP, "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{port}"})
        assert "HTTP 503" in finding.text

    def test_http_sent_to_a_grpc_port_is_named(self) -> None:
        with grpc_receiver() as port:
            (finding,) = _found(check_endpoints, {**_HTTP, "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{port}"})
        assert "speaks grpc, but the protocol is http/protobuf" in finding.text
        assert finding.fix.startswith("OTEL_EXPORTER_OTLP_PROTOCOL=grpc")

    def test_tls_asked_of_a_plain_port_is_named(self) -> None:
        with http_receiver() as port:
            (finding,) = _found(check_endpoints, {**_HTTP, "OTEL_EXPORTER_OTLP_ENDPOINT": f"https://127.0.0.1:{port}"})
        assert "does not speak TLS" in finding.text
        assert finding.fix == f"OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:{port}"

    def test_address_without_a_scheme_is_named(self) -> None:
        (finding,) = _found(check_endpoints, {**_HTTP, "OTEL_EXPORTER_OTLP_ENDPOINT": "127.0.0.1:4318"})
        assert "no scheme" in finding.text
        assert finding.fix == "OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318"

    def test_port_that_hangs_up_is_named(self) -> None:
        with hanging_up() as port:
            (finding,) = _found(check_endpoints, {**_HTTP, "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{port}"})
        assert "gives no answer" in finding.text


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    if shutil.which("openssl") is None:
        pytest.skip("needs the openssl command to make a certificate")
    folder = tmp_path_factory.mktemp("tls")
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *subject]
    subprocess.run([*command, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    return certificate, key


class TestTls:
    def test_plain_http_sent_to_a_tls_port_is_named(self, certificate: tuple[Path, Path]) -> None:
        with http_receiver(certificate=certificate) as port:
            (finding,) = _found(check_endpoints, {**_HTTP, "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{port}"})
        assert "speaks TLS" in finding.text
        assert finding.fix == f"OTEL_EXPORTER_OTLP_ENDPOINT=https://127.0.0.1:{port}"

    def test_certificate_that_is_not_trusted_is_named_until_it_is(self, certificate: tuple[Path, Path]) -> None:
        with http_receiver(certificate=certificate) as port:
            environ = {**_HTTP, "OTEL_EXPORTER_OTLP_ENDPOINT": f"https://127.0.0.1:{port}"}
            (unknown,) = _found(check_endpoints, environ)
            (known,) = _found(check_endpoints, {**environ, "OTEL_EXPORTER_OTLP_CERTIFICATE": str(certificate[0])})
        assert "is not trusted" in unknown.text
        assert unknown.fix.startswith("OTEL_EXPORTER_OTLP_CERTIFICATE=")
        assert known.level == "ok"


class TestGrpcEndpoints:
    def test_receiver_that_answers_is_right_for_every_signal(self) -> None:
        with grpc_receiver() as port:
            found = _found(check_endpoints, {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{port}"})
        assert [finding.level for finding in found] == ["ok"] * 3

    def test_default_endpoint_that_nobody_serves_is_named(self) -> None:
        with http_receiver() as port:  # something listens, but not where the default looks
            found = _found(check_endpoints, {"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": f"http://127.0.0.1:{port}"})
        if not any("localhost:4317, the default" in finding.text for finding in found):
            pytest.skip("a receiver runs at the default port of this machine")
        assert "traces, logs: nothing listens" in found[-1].text

    def test_grpc_sent_to_an_http_port_is_named(self) -> None:
        with http_receiver() as port:
            environ = {**_TRACES_ONLY, "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{port}"}
            (finding,) = _found(check_endpoints, environ)
        assert "speaks http/protobuf, but the protocol is grpc" in finding.text
        assert finding.fix.startswith("OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf")

    def test_tls_asked_of_a_plain_port_is_named(self) -> None:
        with grpc_receiver() as port:
            environ = {**_TRACES_ONLY, "OTEL_EXPORTER_OTLP_ENDPOINT": f"https://127.0.0.1:{port}"}
            (finding,) = _found(check_endpoints, environ)
        assert "does not speak TLS" in finding.text

    def test_address_without_a_scheme_means_tls_unless_said_otherwise(self) -> None:
        with grpc_receiver() as port:
            environ = {**_TRACES_ONLY, "OTEL_EXPORTER_OTLP_ENDPOINT": f"127.0.0.1:{port}"}
            (unsaid,) = _found(check_endpoints, environ)
            (said,) = _found(check_endpoints, {**environ, "OTEL_EXPORTER_OTLP_INSECURE": "true"})
        assert "no scheme, which means TLS" in unsaid.text
        assert said.level == "ok"

    def test_signal_that_the_receiver_does_not_take_is_named(self) -> None:
        with grpc_receiver(services=("trace",)) as port:
            environ = {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{port}", "OTEL_LOGS_EXPORTER": "none"}
            found = _found(check_endpoints, environ)
        assert [finding.level for finding in found] == ["ok", "failure"]
        assert "takes no metrics" in found[1].text

    def test_credentials_that_are_refused_are_named(self) -> None:
        with grpc_receiver(refuses="UNAUTHENTICATED") as port:
            environ = {**_TRACES_ONLY, "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{port}"}
            (finding,) = _found(check_endpoints, environ)
        assert "no credentials (UNAUTHENTICATED)" in finding.text


class TestStore:
    def test_store_that_can_be_written_is_right(self, tmp_path: Path) -> None:
        environ = {**_STORE, "SPANWISE_STORE_PATH": "new/telemetry.db", "SPANWISE_STORE_MAX_BYTES": "1000"}
        assert _levels(_found(check_store, environ, tmp_path)) == {"ok"}
        assert not list(tmp_path.iterdir())

    def test_nothing_is_said_where_no_signal_goes_to_the_store(self, tmp_path: Path) -> None:
        assert not _found(check_store, {"SPANWISE_STORE_PATH": "/dev/null/x"}, tmp_path)

    def test_path_below_a_file_is_a_failure(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        found = _found(check_store, {**_STORE, "SPANWISE_STORE_PATH": "file/telemetry.db"}, tmp_path)
        assert f"{tmp_path / 'file'} is a file" in _the_one(found, "failure").text

    def test_path_that_is_a_folder_is_a_failure(self, tmp_path: Path) -> None:
        found = _found(check_store, {**_STORE, "SPANWISE_STORE_PATH": "."}, tmp_path)
        assert "is a folder" in _the_one(found, "failure").text

    @pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may write anywhere")
    def test_folder_that_is_read_only_is_a_failure(self, tmp_path: Path) -> None:
        (tmp_path / "locked").mkdir(mode=0o500)
        found = _found(check_store, {**_STORE, "SPANWISE_STORE_PATH": "locked/telemetry.db"}, tmp_path)
        assert "cannot be written" in _the_one(found, "failure").text

    def test_database_of_another_program_is_a_failure(self, tmp_path: Path) -> None:
        connection = sqlite3.connect(tmp_path / "other.db")
        connection.execute("CREATE TABLE customers (name TEXT)")
        connection.close()
        found = _found(check_store, {**_STORE, "SPANWISE_STORE_PATH": "other.db"}, tmp_path)
        assert "other.db" in _the_one(found, "failure").text

    def test_disk_that_is_smaller_than_the_limit_is_named(self, tmp_path: Path) -> None:
        found = _found(check_store, {**_STORE, "SPANWISE_STORE_MAX_BYTES": str(2**60)}, tmp_path)
        assert "SPANWISE_STORE_MAX_BYTES=" in _the_one(found, "warning").fix


class TestSettings:
    @pytest.fixture(autouse=True)
    def directory(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.chdir(tmp_path)
        return tmp_path

    def test_mistyped_variable_is_named_with_the_closest_one(self) -> None:
        finding = _the_one(_found(check_variables, {"SPANWISE_SAMPLE_RATE": "0.1"}), "warning")
        assert finding.fix == "did you mean SPANWISE_SAMPLE_RATIO?"

    def test_settings_file_is_that_of_the_diagnosed_directory(self, directory: Path) -> None:
        other = directory / "other"
        other.mkdir()
        (other / "spanwise.yaml").write_text("sample: {ratio: 0.25}\n")
        found = _found(check_settings, {}, other)
        assert f"settings file: {other / 'spanwise.yaml'}" in [finding.text for finding in found]
        assert "not the default: sample.ratio=0.25 (file)" in [finding.text for finding in found]

    def test_wrong_value_is_named_once_and_stays_out_of_the_log(self, caplog: pytest.LogCaptureFixture) -> None:
        finding = _the_one(_found(check_settings, {"SPANWISE_SAMPLE_RATIO": "10"}), "warning")
        assert finding.text == "SPANWISE_SAMPLE_RATIO='10' is not a share between 0 and 1; using 1.0"
        assert not caplog.records

    def test_area_that_does_not_exist_is_named_with_the_closest_one(self, directory: Path) -> None:
        (directory / "spanwise.yaml").write_text("sampling: {ratio: 0.5}\n")
        assert _the_one(_found(check_settings), "warning").fix == "did you mean `sample`?"

    def test_values_that_are_not_the_default_are_listed_without_secrets(self, directory: Path) -> None:
        (directory / "spanwise.yaml").write_text("redact: {action: hash, key: hunter2}\n")
        text = " ".join(finding.text for finding in _found(check_settings, {"SPANWISE_SAMPLE_RATIO": "0.5"}))
        assert "sample.ratio=0.5 (environment)" in text
        assert "redact.action=hash (file)" in text
        assert str(directory / "spanwise.yaml") in text
        assert "hunter2" not in text

    def test_policy_without_its_key_is_a_failure(self) -> None:
        finding = _the_one(_found(check_settings, {"SPANWISE_REDACT_ACTION": "hash"}), "failure")
        assert finding.fix.startswith("SPANWISE_REDACT_KEY=")

    def test_price_file_that_cannot_be_read_is_named(self) -> None:
        finding = _the_one(_found(check_settings, {"SPANWISE_PRICE_OVERRIDES": "gone.yaml"}), "warning")
        assert "gone.yaml" in finding.text

    def test_redaction_that_is_switched_off_is_named(self) -> None:
        environ = {"SPANWISE_REDACT_ENABLED": "false", "SPANWISE_CAPTURE_CONTENT": "true"}
        assert "prompts and completions are captured" in _the_one(_found(check_settings, environ), "warning").text

    def test_switch_that_is_off_is_a_failure(self) -> None:
        finding = _the_one(_found(check_settings, {"SPANWISE_GENERAL_ENABLED": "false"}), "failure")
        assert finding.fix == "unset SPANWISE_GENERAL_ENABLED"


class TestPipeline:
    def test_call_is_traced_priced_redacted_and_measured(self) -> None:
        (finding,) = _found(check_pipeline, {"OTEL_SDK_DISABLED": "true"})
        assert finding.level == "ok"
        assert "priced (0.00021 USD), redacted, measured" in finding.text

    def test_settings_that_let_addresses_through_are_respected(self) -> None:
        found = _found(check_pipeline, {"SPANWISE_REDACT_ACTIONS": "EMAIL=keep", "SPANWISE_PRICE_ENABLED": "false"})
        assert _levels(found) == {"note", "ok"}
        assert "priced" not in _the_one(found, "ok").text

    def test_capture_that_is_switched_off_is_not_rehearsed(self) -> None:
        assert "switched off" in _the_one(_found(check_pipeline, {"SPANWISE_GENERAL_WIRE": "false"}), "note").text


class TestDiagnosis:
    def test_broken_set_up_is_rendered_with_its_fix_and_exits_with_1(self, tmp_path: Path) -> None:
        environ = {**_STORE, "OTEL_SDK_DISABLED": "true", "SPANWISE_STORE_PATH": "x.db", "PATH": "/usr/bin"}
        findings = diagnose(environ, tmp_path)
        text = render(findings)
        assert "  ✗ OTEL_SDK_DISABLED=true switches all telemetry off\n    → unset OTEL_SDK_DISABLED" in text
        assert text.splitlines()[-1].endswith("doubtful.")
        assert exit_code(findings) == 1

    def test_every_problem_names_its_fix(self, tmp_path: Path) -> None:
        environ = {**_STORE, "OTEL_SDK_DISABLED": "true", "SPANWISE_REDACT": "x", "OTEL_TRACES_SAMPLER": "always_off"}
        problems = [finding for finding in diagnose(environ, tmp_path) if finding.level in ("warning", "failure")]
        assert len(problems) >= 3
        assert all(finding.fix for finding in problems)

    @pytest.mark.usefixtures("swallowed_faults")
    def test_check_that_fails_itself_is_named_and_the_others_still_run(self, install: Install, tmp_path: Path) -> None:
        (tmp_path / "spanwise.yaml").write_text("x: y\n")
        install("opentelemetry-api", "1." + "9" * 5000)  # more digits than Python converts to a number
        findings = diagnose({**_STORE}, tmp_path)
        assert "check_versions itself failed" in _the_one([f for f in findings if f.topic == "doctor"], "warning").text
        assert "self-test" in {finding.topic for finding in findings}

    def test_what_is_found_is_said_once_and_not_in_the_log_too(
        self, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        findings = diagnose({**_STORE, "SPANWISE_STORE_MAX_BYTES": "many"}, tmp_path)
        assert len([finding for finding in findings if "'many'" in finding.text]) == 1
        assert not caplog.records

    def test_set_up_without_problems_says_so(self) -> None:
        findings = [Finding("versions", "ok", "all is well"), Finding("versions", "note", "by the way")]
        assert render(findings) == "versions\n  ✓ all is well\n  · by the way\n\nNothing is wrong."
        assert exit_code(findings) == 0

    def test_colours_are_used_when_asked_for(self) -> None:
        assert "\033[31m✗\033[0m" in render([Finding("versions", "failure", "broken", "mend it")], colour=True)

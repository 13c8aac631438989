"""Exporters and endpoints that cannot work, each diagnosed by name and with its fix."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from spanwise.distro.checks.endpoints import check_endpoints
from spanwise.distro.checks.exporters import check_exporters
from unit.diagnosis import found_by, the_one
from unit.otlp_receivers import closed_port, grpc_receiver, hanging_up, http_receiver

_TRACES_ONLY = {"OTEL_METRICS_EXPORTER": "none", "OTEL_LOGS_EXPORTER": "none"}
_HTTP = {**_TRACES_ONLY, "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf"}


class TestExporters:
    def test_mistyped_exporter_is_named_with_the_closest_one(self) -> None:
        found = found_by(check_exporters, {**_TRACES_ONLY, "OTEL_TRACES_EXPORTER": "consol"})
        assert "`consol`" in the_one(found, "failure").text
        assert the_one(found, "failure").fix == "OTEL_TRACES_EXPORTER=console"

    def test_exporter_of_a_package_that_is_missing_is_named_with_its_package(self) -> None:
        found = found_by(check_exporters, {"OTEL_METRICS_EXPORTER": "prometheus"})
        assert the_one(found, "failure").fix == "pip install opentelemetry-exporter-prometheus"

    def test_none_beside_another_exporter_is_a_failure(self) -> None:
        found = found_by(check_exporters, {"OTEL_TRACES_EXPORTER": "console,none"})
        assert the_one(found, "failure").fix == "remove `none` from OTEL_TRACES_EXPORTER"

    def test_protocol_that_the_sdk_does_not_know_is_a_failure(self) -> None:
        found = found_by(check_exporters, {**_TRACES_ONLY, "OTEL_EXPORTER_OTLP_PROTOCOL": "http/json"})
        assert the_one(found, "failure").fix == "OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf"

    def test_process_that_exports_nothing_is_a_failure(self) -> None:
        found = found_by(check_exporters, {**_TRACES_ONLY, "OTEL_TRACES_EXPORTER": "none"})
        assert the_one(found, "failure").text == "no telemetry leaves the process"

    def test_defaults_of_the_distro_are_right(self) -> None:
        assert [finding.text for finding in found_by(check_exporters)] == [
            f"{signal} go to `otlp`" for signal in ("traces", "metrics", "logs")
        ]


class TestHttpEndpoints:
    def test_receiver_that_answers_is_right_for_every_signal(self) -> None:
        with http_receiver() as port:
            environ = {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{port}/"}
            found = found_by(check_endpoints, {**environ, "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf"})
        assert [finding.level for finding in found] == ["ok"] * 3
        assert f"http://127.0.0.1:{port}/v1/metrics answers" in found[1].text

    def test_port_without_a_listener_is_named_once_for_all_signals(self) -> None:
        port = closed_port()
        environ = {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{port}"}
        (finding,) = found_by(check_endpoints, {**environ, "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf"})
        assert finding.level == "failure"
        assert finding.text.startswith(f"traces, metrics, logs: nothing listens at 127.0.0.1:{port}")
        assert "OTEL_TRACES_EXPORTER=spanwise" in finding.fix

    def test_host_that_does_not_exist_is_named(self) -> None:
        (finding,) = found_by(
            check_endpoints, {**_HTTP, "OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector.invalid:4318"}
        )
        assert "the name collector.invalid is not known" in finding.text

    def test_port_that_is_usual_for_the_other_protocol_is_named(self) -> None:
        (finding,) = found_by(
            check_endpoints, {**_HTTP, "OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector.invalid:4317"}
        )
        assert "port 4317 is usually for grpc, but the protocol is http/protobuf" in finding.text

    def test_credentials_in_the_address_are_not_shown(self) -> None:
        with http_receiver(answer=503) as port:
            address = f"http://ada:hunter2@127.0.0.1:{port}/v1/traces?key=hunter2"
            (finding,) = found_by(check_endpoints, {**_HTTP, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": address})
        assert f"http://127.0.0.1:{port}/v1/traces answers" in finding.text
        assert "hunter2" not in finding.text + finding.fix

    def test_signal_variable_without_its_path_is_named(self) -> None:
        with http_receiver() as port:
            base = f"http://127.0.0.1:{port}"
            (finding,) = found_by(check_endpoints, {**_HTTP, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": base})
        assert "404" in finding.text
        assert finding.fix.startswith(f"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT={base}/v1/traces ")

    def test_general_variable_with_a_path_is_named(self) -> None:
        with http_receiver() as port:
            base = f"http://127.0.0.1:{port}"
            (finding,) = found_by(check_endpoints, {**_HTTP, "OTEL_EXPORTER_OTLP_ENDPOINT": f"{base}/v1/traces"})
        assert finding.fix.startswith(f"OTEL_EXPORTER_OTLP_ENDPOINT={base} ")

    def test_receiver_of_traces_alone_is_named_for_the_other_signals(self) -> None:
        with http_receiver(paths=("/v1/traces",)) as port:
            environ = {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{port}", "OTEL_LOGS_EXPORTER": "none"}
            found = found_by(check_endpoints, {**environ, "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf"})
        assert [finding.level for finding in found] == ["ok", "failure"]
        assert "OTEL_METRICS_EXPORTER=none" in found[1].fix

    def test_missing_and_wrong_credentials_are_told_apart(self) -> None:
        with http_receiver(token="Bearer right") as port:
            environ = {**_HTTP, "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{port}"}
            (missing,) = found_by(check_endpoints, environ)
            (wrong,) = found_by(
                check_endpoints, {**environ, "OTEL_EXPORTER_OTLP_HEADERS": "authorization=Bearer%20wrong"}
            )
            (right,) = found_by(
                check_endpoints, {**environ, "OTEL_EXPORTER_OTLP_TRACES_HEADERS": "authorization=Bearer%20right"}
            )
        assert "no credentials (HTTP 401)" in missing.text
        assert "OTEL_EXPORTER_OTLP_HEADERS" in missing.fix
        assert "the credentials in the headers (authorization)" in wrong.text
        assert "wrong" not in wrong.text
        assert right.level == "ok"

    def test_receiver_in_trouble_is_named_with_its_answer(self) -> None:
        with http_receiver(answer=503) as port:
            (finding,) = found_by(check_endpoints, {**_HTTP, "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{port}"})
        assert "HTTP 503" in finding.text

    def test_http_sent_to_a_grpc_port_is_named(self) -> None:
        with grpc_receiver() as port:
            (finding,) = found_by(check_endpoints, {**_HTTP, "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{port}"})
        assert "speaks grpc, but the protocol is http/protobuf" in finding.text
        assert finding.fix.startswith("OTEL_EXPORTER_OTLP_PROTOCOL=grpc")

    def test_tls_asked_of_a_plain_port_is_named(self) -> None:
        with http_receiver() as port:
            (finding,) = found_by(
                check_endpoints, {**_HTTP, "OTEL_EXPORTER_OTLP_ENDPOINT": f"https://127.0.0.1:{port}"}
            )
        assert "does not speak TLS" in finding.text
        assert finding.fix == f"OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:{port}"

    def test_address_without_a_scheme_is_named(self) -> None:
        (finding,) = found_by(check_endpoints, {**_HTTP, "OTEL_EXPORTER_OTLP_ENDPOINT": "127.0.0.1:4318"})
        assert "no scheme" in finding.text
        assert finding.fix == "OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318"

    def test_port_that_hangs_up_is_named(self) -> None:
        with hanging_up() as port:
            (finding,) = found_by(check_endpoints, {**_HTTP, "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{port}"})
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
            (finding,) = found_by(check_endpoints, {**_HTTP, "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{port}"})
        assert "speaks TLS" in finding.text
        assert finding.fix == f"OTEL_EXPORTER_OTLP_ENDPOINT=https://127.0.0.1:{port}"

    def test_certificate_that_is_not_trusted_is_named_until_it_is(self, certificate: tuple[Path, Path]) -> None:
        with http_receiver(certificate=certificate) as port:
            environ = {**_HTTP, "OTEL_EXPORTER_OTLP_ENDPOINT": f"https://127.0.0.1:{port}"}
            (unknown,) = found_by(check_endpoints, environ)
            (known,) = found_by(check_endpoints, {**environ, "OTEL_EXPORTER_OTLP_CERTIFICATE": str(certificate[0])})
        assert "is not trusted" in unknown.text
        assert unknown.fix.startswith("OTEL_EXPORTER_OTLP_CERTIFICATE=")
        assert known.level == "ok"


class TestGrpcEndpoints:
    def test_receiver_that_answers_is_right_for_every_signal(self) -> None:
        with grpc_receiver() as port:
            found = found_by(check_endpoints, {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{port}"})
        assert [finding.level for finding in found] == ["ok"] * 3

    def test_default_endpoint_that_nobody_serves_is_named(self) -> None:
        with http_receiver() as port:  # something listens, but not where the default looks
            found = found_by(check_endpoints, {"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": f"http://127.0.0.1:{port}"})
        if not any("localhost:4317, the default" in finding.text for finding in found):
            pytest.skip("a receiver runs at the default port of this machine")
        assert "traces, logs: nothing listens" in found[-1].text

    def test_grpc_sent_to_an_http_port_is_named(self) -> None:
        with http_receiver() as port:
            environ = {**_TRACES_ONLY, "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{port}"}
            (finding,) = found_by(check_endpoints, environ)
        assert "speaks http/protobuf, but the protocol is grpc" in finding.text
        assert finding.fix.startswith("OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf")

    def test_tls_asked_of_a_plain_port_is_named(self) -> None:
        with grpc_receiver() as port:
            environ = {**_TRACES_ONLY, "OTEL_EXPORTER_OTLP_ENDPOINT": f"https://127.0.0.1:{port}"}
            (finding,) = found_by(check_endpoints, environ)
        assert "does not speak TLS" in finding.text

    def test_address_without_a_scheme_means_tls_unless_said_otherwise(self) -> None:
        with grpc_receiver() as port:
            environ = {**_TRACES_ONLY, "OTEL_EXPORTER_OTLP_ENDPOINT": f"127.0.0.1:{port}"}
            (unsaid,) = found_by(check_endpoints, environ)
            (said,) = found_by(check_endpoints, {**environ, "OTEL_EXPORTER_OTLP_INSECURE": "true"})
        assert "no scheme, which means TLS" in unsaid.text
        assert said.level == "ok"

    def test_signal_that_the_receiver_does_not_take_is_named(self) -> None:
        with grpc_receiver(services=("trace",)) as port:
            environ = {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{port}", "OTEL_LOGS_EXPORTER": "none"}
            found = found_by(check_endpoints, environ)
        assert [finding.level for finding in found] == ["ok", "failure"]
        assert "takes no metrics" in found[1].text

    def test_credentials_that_are_refused_are_named(self) -> None:
        with grpc_receiver(refuses="UNAUTHENTICATED") as port:
            environ = {**_TRACES_ONLY, "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{port}"}
            (finding,) = found_by(check_endpoints, environ)
        assert "no credentials (UNAUTHENTICATED)" in finding.text

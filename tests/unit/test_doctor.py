"""Broken set-ups, each diagnosed by name and with its fix."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from spanwise.distro.checks.capture import check_clients, check_formats
from spanwise.distro.checks.finding import Finding, Setup
from spanwise.distro.checks.rehearsal import check_pipeline
from spanwise.distro.checks.sdk import (
    check_configuration_file,
    check_content_mode,
    check_distributions,
    check_limits,
    check_switches,
)
from spanwise.distro.checks.sources import check_instrumentors, check_native_tracing, check_suites
from spanwise.distro.checks.versions import check_entry_points, check_local_folders, check_versions
from spanwise.distro.doctor import diagnose, exit_code, render
from unit.diagnosis import found_by, levels, the_one

Install = Callable[..., None]
_STORE = {f"OTEL_{signal}_EXPORTER": "spanwise" for signal in ("TRACES", "METRICS", "LOGS")}


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


class TestVersions:
    def test_packages_of_one_release_are_right(self) -> None:
        assert levels(found_by(check_versions)) == {"ok"}

    def test_mixed_releases_are_named_with_the_command_that_aligns_them(self, install: Install) -> None:
        install("opentelemetry-api", "1.43.0")
        finding = the_one(found_by(check_versions), "warning")
        assert "opentelemetry-api 1.43.0 beside release 1." in finding.text
        assert finding.fix.startswith('pip install "opentelemetry-api==1.')

    def test_beta_package_of_another_release_is_named(self, install: Install) -> None:
        install("opentelemetry-instrumentation", "0.60b1")
        finding = the_one(found_by(check_versions), "warning")
        assert "opentelemetry-instrumentation 0.60b1" in finding.text

    def test_prerelease_of_httpx_is_a_failure(self, install: Install) -> None:
        install("httpx", "1.0.dev6")
        finding = the_one(found_by(check_versions), "failure")
        assert "httpx 1.0.dev6" in finding.text
        assert finding.fix == 'pip install "httpx<1"'

    def test_installation_without_entry_points_is_a_failure(self, install: Install) -> None:
        install("spanwise", "0.1.0")
        finding = the_one(found_by(check_entry_points), "failure")
        assert "does not see Spanwise" in finding.text
        assert "pip install" in finding.fix

    def test_installation_without_the_store_exporters_is_incomplete(self, install: Install) -> None:
        hook = {"opentelemetry_pre_instrument": "spanwise = spanwise.distro.autoload:pre_instrument"}
        install("spanwise", "0.1.0", entry_points=hook)
        assert "opentelemetry_logs_exporter" in the_one(found_by(check_entry_points), "failure").text

    @pytest.mark.parametrize("hidden", ["spanwise/__init__.py", "opentelemetry/__init__.py", "opentelemetry.py"])
    def test_local_folder_that_hides_a_package_is_a_failure(self, tmp_path: Path, hidden: str) -> None:
        (tmp_path / hidden).parent.mkdir(exist_ok=True)
        (tmp_path / hidden).touch()
        finding = the_one(found_by(check_local_folders, directory=tmp_path), "failure")
        assert str(tmp_path / hidden.removesuffix("/__init__.py")) in finding.fix

    def test_local_folder_that_is_no_package_hides_nothing(self, tmp_path: Path) -> None:
        (tmp_path / "spanwise").mkdir()
        assert not found_by(check_local_folders, directory=tmp_path)


class TestCapture:
    def test_hooked_clients_are_named(self) -> None:
        captured = [finding.text for finding in found_by(check_clients) if finding.level == "ok"]
        assert len(captured) == 2
        assert all("are captured" in text for text in captured)

    def test_client_that_is_not_hooked_is_named(self, install: Install) -> None:
        install("aiohttp", "3.14.0")
        assert "aiohttp 3.14.0" in the_one(found_by(check_clients), "note").text

    def test_sdk_behind_another_client_is_named(self, install: Install) -> None:
        install("boto3", "1.44.0")
        finding = the_one(found_by(check_formats), "warning")
        assert "boto3 1.44.0" in finding.text
        assert "botocore" in finding.text

    def test_sdks_whose_format_is_read_are_named(self) -> None:
        text = the_one(found_by(check_formats), "ok").text
        assert "openai" in text
        assert "anthropic" in text

    def test_capture_that_is_switched_off_is_named(self) -> None:
        assert "SPANWISE_GENERAL_WIRE" in the_one(found_by(check_clients, {"SPANWISE_GENERAL_WIRE": "off"}), "note").fix


class TestOtherSources:
    def test_sdk_that_traces_itself_is_counted_once(self) -> None:
        assert "counted once" in the_one(found_by(check_native_tracing), "ok").text

    def test_sdk_whose_own_tracing_is_off_is_not_named(self) -> None:
        assert not found_by(check_native_tracing, {"ANTHROPIC_OPEN_TELEMETRY": "false"})

    def test_mistral_is_named_only_with_its_variable(self, install: Install) -> None:
        install("mistralai", "3.7.0")
        environ = {"ANTHROPIC_OPEN_TELEMETRY": "false"}
        assert not found_by(check_native_tracing, environ)
        found = found_by(check_native_tracing, {**environ, "MISTRAL_SDK_TELEMETRY": "global"})
        assert "MISTRAL_SDK_TELEMETRY=global" in the_one(found, "ok").text

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
        said = the_one(_made(maker), "ok").text  # others may be installed beside it
        assert said.startswith(f"{maker} instruments calls to models (")
        assert name in said.partition("(")[2].partition(")")[0].split(", ")

    def test_instrumentor_of_something_else_is_not_named(self, install: Install) -> None:
        install("opentelemetry-instrumentation-flask", "0.66b1", "OpenTelemetry Authors")
        assert not [finding for finding in found_by(check_instrumentors) if "flask" in finding.text]

    def test_two_instrumentors_of_one_library_are_named(self, install: Install) -> None:
        entry = {"opentelemetry_instrumentor": "shop = shop:Instrumentor"}
        install("openinference-instrumentation-shop", "1.0.0", "", entry)
        install("opentelemetry-instrumentation-shop", "1.0.0", "a@traceloop.com", entry)
        assert "2 instrumentors are installed for `shop`" in the_one(found_by(check_instrumentors), "warning").text

    @pytest.mark.parametrize("name", ["logfire", "langfuse", "openlit", "ddtrace"])
    def test_suite_that_may_bring_its_own_provider_is_named(self, install: Install, name: str) -> None:
        install(name, "4.0.0")
        assert f"{name} 4.0.0" in the_one(found_by(check_suites), "note").text


def _made(maker: str) -> list[Finding]:
    return [finding for finding in found_by(check_instrumentors) if finding.text.startswith(maker)]


class TestSdk:
    def test_second_distro_is_named_with_the_one_that_wins(self, install: Install) -> None:
        entry = {"opentelemetry_distro": "acme = acme:Distro", "opentelemetry_configurator": "acme = acme:Setup"}
        install("acme-distro", "1.0.0", "", entry)
        found = found_by(check_distributions)
        assert [finding.fix for finding in found] == ["OTEL_PYTHON_DISTRO=acme", "OTEL_PYTHON_CONFIGURATOR=acme"]
        assert all("`acme` wins" in finding.text for finding in found)
        chosen = {"OTEL_PYTHON_DISTRO": "distro", "OTEL_PYTHON_CONFIGURATOR": "configurator"}
        assert not found_by(check_distributions, chosen)

    def test_distro_that_is_not_installed_is_a_failure(self) -> None:
        assert "nope" in the_one(found_by(check_distributions, {"OTEL_PYTHON_DISTRO": "nope"}), "failure").text

    def test_disabled_sdk_is_a_failure(self) -> None:
        finding = the_one(found_by(check_switches, {"OTEL_SDK_DISABLED": "TRUE"}), "failure")
        assert finding.fix == "unset OTEL_SDK_DISABLED"

    def test_sampler_that_records_nothing_is_a_failure(self) -> None:
        finding = the_one(found_by(check_switches, {"OTEL_TRACES_SAMPLER": "always_off"}), "failure")
        assert finding.fix == "unset OTEL_TRACES_SAMPLER"

    @pytest.mark.parametrize(("value", "part"), [("*", "every instrumentor"), ("flask, spanwise", "names Spanwise")])
    def test_disabled_instrumentations_are_explained(self, value: str, part: str) -> None:
        found = found_by(check_switches, {"OTEL_PYTHON_DISABLED_INSTRUMENTATIONS": value})
        assert part in the_one(found, "warning").text

    def test_true_for_content_is_named_as_the_trap_that_it_is(self) -> None:
        found = found_by(check_content_mode, {"OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT": "true"})
        assert "NO content" in the_one(found, "warning").text
        assert "SPAN_ONLY" in the_one(found, "warning").fix

    def test_mistyped_content_mode_is_named_with_the_closest_one(self) -> None:
        found = found_by(check_content_mode, {"OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT": "spanonly"})
        assert the_one(found, "warning").fix.endswith("=SPAN_ONLY")

    @pytest.mark.parametrize(
        ("variable", "value", "part"),
        [
            ("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", "4096", "becomes invalid"),
            ("OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", "100", "becomes invalid"),
            ("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "16", "evicts the oldest"),
        ],
    )
    def test_limit_that_cuts_attributes_is_named(self, variable: str, value: str, part: str) -> None:
        finding = the_one(found_by(check_limits, {variable: value}), "warning")
        assert f"{variable}={value}" in finding.text
        assert part in finding.text

    def test_limit_that_leaves_enough_is_no_problem(self) -> None:
        assert not found_by(check_limits, {"OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT": "256"})


class TestConfigurationFile:
    @pytest.fixture(autouse=True)
    def reader(self, install: Install) -> None:
        install("opentelemetry-configuration", "0.66b1")

    def test_missing_file_is_a_failure(self, tmp_path: Path) -> None:
        found = found_by(check_configuration_file, {"OTEL_CONFIG_FILE": "gone.yaml"}, tmp_path)
        assert "gone.yaml" in the_one(found, "failure").text

    @pytest.mark.parametrize(("content", "part"), [("a: [", "not valid YAML"), ("- a", "not a mapping")])
    def test_file_that_does_not_parse_is_a_failure(self, tmp_path: Path, content: str, part: str) -> None:
        (tmp_path / "otel.yaml").write_text(content)
        found = found_by(check_configuration_file, {"OTEL_CONFIG_FILE": "otel.yaml"}, tmp_path)
        assert part in the_one(found, "failure").text

    def test_section_that_is_missing_means_that_its_signal_is(self, tmp_path: Path) -> None:
        (tmp_path / "otel.yaml").write_text('file_format: "1.0"\ntracer_provider: {processors: []}\n')
        found = found_by(check_configuration_file, {"OTEL_CONFIG_FILE": "otel.yaml"}, tmp_path)
        assert [f.text.rpartition("no ")[2] for f in found if f.level == "warning"] == ["metrics", "logs"]
        assert "failure" not in levels(found)

    def test_package_that_reads_the_file_must_be_installed(self, tmp_path: Path) -> None:
        shutil.rmtree(tmp_path / "site-packages" / "opentelemetry_configuration-0.66b1.dist-info")
        setup = Setup({"OTEL_CONFIG_FILE": "otel.yaml"}, tmp_path)
        if setup.version("opentelemetry-configuration"):
            pytest.skip("the real package is installed here")
        found = list(check_configuration_file(setup))
        assert "pip install opentelemetry-configuration" in [finding.fix for finding in found]


class TestPipeline:
    def test_call_is_traced_priced_redacted_and_measured(self) -> None:
        (finding,) = found_by(check_pipeline, {"OTEL_SDK_DISABLED": "true"})
        assert finding.level == "ok"
        assert "priced (0.00021 USD), redacted, measured" in finding.text

    def test_settings_that_let_addresses_through_are_respected(self) -> None:
        found = found_by(check_pipeline, {"SPANWISE_REDACT_ACTIONS": "EMAIL=keep", "SPANWISE_PRICE_ENABLED": "false"})
        assert levels(found) == {"note", "ok"}
        assert "priced" not in the_one(found, "ok").text

    def test_capture_that_is_switched_off_is_not_rehearsed(self) -> None:
        assert "switched off" in the_one(found_by(check_pipeline, {"SPANWISE_GENERAL_WIRE": "false"}), "note").text


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
        assert "check_versions itself failed" in the_one([f for f in findings if f.topic == "doctor"], "warning").text
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

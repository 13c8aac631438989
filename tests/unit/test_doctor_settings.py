"""A store, settings and a judge that cannot work, each diagnosed by name and with its fix."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from spanwise.distro.checks.configuration import check_settings, check_variables
from spanwise.distro.checks.judging import check_judge
from spanwise.distro.checks.store import check_store
from unit.diagnosis import found_by, levels, the_one
from unit.otlp_receivers import closed_port, http_receiver

_STORE = {f"OTEL_{signal}_EXPORTER": "spanwise" for signal in ("TRACES", "METRICS", "LOGS")}


class TestStore:
    def test_store_that_can_be_written_is_right(self, tmp_path: Path) -> None:
        environ = {**_STORE, "SPANWISE_STORE_PATH": "new/telemetry.db", "SPANWISE_STORE_MAX_BYTES": "1000"}
        assert levels(found_by(check_store, environ, tmp_path)) == {"ok"}
        assert not list(tmp_path.iterdir())

    def test_nothing_is_said_where_no_signal_goes_to_the_store(self, tmp_path: Path) -> None:
        assert not found_by(check_store, {"SPANWISE_STORE_PATH": "/dev/null/x"}, tmp_path)

    def test_path_below_a_file_is_a_failure(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        found = found_by(check_store, {**_STORE, "SPANWISE_STORE_PATH": "file/telemetry.db"}, tmp_path)
        assert f"{tmp_path / 'file'} is a file" in the_one(found, "failure").text

    def test_path_that_is_a_folder_is_a_failure(self, tmp_path: Path) -> None:
        found = found_by(check_store, {**_STORE, "SPANWISE_STORE_PATH": "."}, tmp_path)
        assert "is a folder" in the_one(found, "failure").text

    @pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may write anywhere")
    def test_folder_that_is_read_only_is_a_failure(self, tmp_path: Path) -> None:
        (tmp_path / "locked").mkdir(mode=0o500)
        found = found_by(check_store, {**_STORE, "SPANWISE_STORE_PATH": "locked/telemetry.db"}, tmp_path)
        assert "cannot be written" in the_one(found, "failure").text

    def test_database_of_another_program_is_a_failure(self, tmp_path: Path) -> None:
        connection = sqlite3.connect(tmp_path / "other.db")
        connection.execute("CREATE TABLE customers (name TEXT)")
        connection.close()
        found = found_by(check_store, {**_STORE, "SPANWISE_STORE_PATH": "other.db"}, tmp_path)
        assert "other.db" in the_one(found, "failure").text

    def test_disk_that_is_smaller_than_the_limit_is_named(self, tmp_path: Path) -> None:
        found = found_by(check_store, {**_STORE, "SPANWISE_STORE_MAX_BYTES": str(2**60)}, tmp_path)
        assert "SPANWISE_STORE_MAX_BYTES=" in the_one(found, "warning").fix


class TestSettings:
    @pytest.fixture(autouse=True)
    def directory(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.chdir(tmp_path)
        return tmp_path

    def test_mistyped_variable_is_named_with_the_closest_one(self) -> None:
        finding = the_one(found_by(check_variables, {"SPANWISE_SAMPLE_RATE": "0.1"}), "warning")
        assert finding.fix == "did you mean SPANWISE_SAMPLE_RATIO?"

    def test_settings_file_is_that_of_the_diagnosed_directory(self, directory: Path) -> None:
        other = directory / "other"
        other.mkdir()
        (other / "spanwise.yaml").write_text("sample: {ratio: 0.25}\n")
        found = found_by(check_settings, {}, other)
        assert f"settings file: {other / 'spanwise.yaml'}" in [finding.text for finding in found]
        assert "not the default: sample.ratio=0.25 (file)" in [finding.text for finding in found]

    def test_wrong_value_is_named_once_and_stays_out_of_the_log(self, caplog: pytest.LogCaptureFixture) -> None:
        finding = the_one(found_by(check_settings, {"SPANWISE_SAMPLE_RATIO": "10"}), "warning")
        assert finding.text == "SPANWISE_SAMPLE_RATIO='10' is not a share between 0 and 1; using 1.0"
        assert not caplog.records

    def test_area_that_does_not_exist_is_named_with_the_closest_one(self, directory: Path) -> None:
        (directory / "spanwise.yaml").write_text("sampling: {ratio: 0.5}\n")
        assert the_one(found_by(check_settings), "warning").fix == "did you mean `sample`?"

    def test_values_that_are_not_the_default_are_listed_without_secrets(self, directory: Path) -> None:
        (directory / "spanwise.yaml").write_text("redact: {action: hash, key: hunter2}\n")
        text = " ".join(finding.text for finding in found_by(check_settings, {"SPANWISE_SAMPLE_RATIO": "0.5"}))
        assert "sample.ratio=0.5 (environment)" in text
        assert "redact.action=hash (file)" in text
        assert str(directory / "spanwise.yaml") in text
        assert "hunter2" not in text

    def test_policy_without_its_key_is_a_failure(self) -> None:
        finding = the_one(found_by(check_settings, {"SPANWISE_REDACT_ACTION": "hash"}), "failure")
        assert finding.fix.startswith("SPANWISE_REDACT_KEY=")

    def test_price_file_that_cannot_be_read_is_named(self) -> None:
        finding = the_one(found_by(check_settings, {"SPANWISE_PRICE_OVERRIDES": "gone.yaml"}), "warning")
        assert "gone.yaml" in finding.text

    def test_redaction_that_is_switched_off_is_named(self) -> None:
        environ = {"SPANWISE_REDACT_ENABLED": "false", "SPANWISE_CAPTURE_CONTENT": "true"}
        assert "prompts and completions are captured" in the_one(found_by(check_settings, environ), "warning").text

    def test_switch_that_is_off_is_a_failure(self) -> None:
        finding = the_one(found_by(check_settings, {"SPANWISE_GENERAL_ENABLED": "false"}), "failure")
        assert finding.fix == "unset SPANWISE_GENERAL_ENABLED"


class TestJudge:
    def test_nothing_is_said_where_nothing_is_judged(self) -> None:
        assert found_by(check_judge, {"SPANWISE_JUDGE_MODEL": "acme-judge-1"}) == []

    def test_judge_that_answers_is_right_and_is_not_asked(self) -> None:
        with http_receiver() as port:
            url = f"http://127.0.0.1:{port}/v1"
            (finding,) = found_by(check_judge, {"SPANWISE_JUDGE_SHARE": "0.05", "SPANWISE_JUDGE_URL": url})
        assert finding.level == "ok"
        assert finding.text == (
            "0.05 of the traces are judged by gpt-4.1-mini at 127.0.0.1, redacted, "
            "for at most $1.00 a day in each process"
        )

    def test_model_without_a_price_and_server_that_is_not_there_are_failures(self) -> None:
        environ = {
            "SPANWISE_JUDGE_SHARE": "1",
            "SPANWISE_JUDGE_MODEL": "acme-judge-1",
            "SPANWISE_JUDGE_URL": f"http://127.0.0.1:{closed_port()}/v1",
        }
        price, server = (finding for finding in found_by(check_judge, environ) if finding.level == "failure")
        assert "SPANWISE_PRICE_OVERRIDES" in price.fix
        assert "nothing listens at 127.0.0.1" in server.text

"""`spanwise audit`: what it prints, and with which exit code."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from spanwise.distro.cli import main
from spanwise.exporters.audit.settings import AuditSettings, folders
from spanwise.exporters.audit.signing import PUBLIC_KEY_FILE
from unit.audited import SAID, call, lines_of, settings_of, tampered, write

DOCUMENT = Path(__file__).parents[2] / "docs" / "audit.md"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AuditSettings:
    made = settings_of(tmp_path)
    monkeypatch.setenv("SPANWISE_AUDIT_PATH", str(made.path))
    monkeypatch.chdir(tmp_path)
    return made


@pytest.fixture
def filled(settings: AuditSettings) -> AuditSettings:
    write(settings, call(1, user_id="jane", said=SAID), call(2, user_id="omar"), call(3, days_ago=400))
    return settings


def test_init_makes_the_folders_and_shows_the_public_key(
    settings: AuditSettings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["audit", "init"]) == 0
    assert re.search(r"public key [0-9a-f]{16}, for those who verify: ", capsys.readouterr().out)
    assert (folders(settings).keys / "signing_key.pem").exists()


def test_verify_says_so_by_its_exit_code(filled: AuditSettings, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "verify"]) == 0
    lines = lines_of(filled)
    tampered(filled, lines[:3] + lines[4:])
    assert main(["audit", "verify"]) == 1
    assert "000001.jsonl:4: missing: record 4 is missing before this line" in capsys.readouterr().out
    assert main(["audit", "verify", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["problems"][0]["kind"] == "missing"


@pytest.mark.parametrize("command", [["verify"], ["report"], ["export", "--subject", "x"]])
def test_missing_log_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SPANWISE_AUDIT_PATH", raising=False)
    assert main(["audit", *command]) == 2
    assert capsys.readouterr().err.startswith("spanwise: no audit log is named: set SPANWISE_AUDIT_PATH")


def test_report_is_markdown_or_json(filled: AuditSettings, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "report"]) == 0
    assert "| openai gpt-5.2 | 3 |" in capsys.readouterr().out
    assert main(["audit", "report", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["total"]["calls"] == 3


def test_person_is_exported_and_erased(
    filled: AuditSettings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["audit", "export", "--subject", "jane"]) == 0
    exported = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert SAID in json.dumps(exported[0])
    monkeypatch.setattr(sys, "stdin", io.StringIO("jane\n"))
    assert main(["audit", "erase", "--subject", "-", "--reason", "asked"]) == 0
    assert re.match(r"erased: user-[0-9a-f]{16}, key [0-9a-f]{16} is destroyed\n", capsys.readouterr().out)
    assert main(["audit", "export", "--subject", "jane"]) == 2
    assert main(["audit", "verify"]) == 0


def test_what_is_too_old_is_removed(filled: AuditSettings, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "retain"]) == 0
    expected = "removed 1 records (standard 1) from 1 files, and the keys of 0 persons\n"
    assert capsys.readouterr().out == expected


def test_checkpoint_that_is_kept_elsewhere_proves_the_log(
    filled: AuditSettings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["audit", "checkpoint"]) == 0
    kept = tmp_path / "kept.jsonl"
    kept.write_text(capsys.readouterr().out)
    assert main(["audit", "verify", "--checkpoints", str(kept)]) == 0
    log, keys = folders(filled)
    copied = ["--log", str(log), "--public-key", str(keys / PUBLIC_KEY_FILE), "--checkpoints", str(kept)]
    tampered(filled, lines_of(filled)[:4])
    (keys / "head").unlink()
    assert main(["audit", "verify", *copied]) == 1


class TestVerifierOfTheDocumentation:
    """It stands on its own: no line of Spanwise is in it."""

    @pytest.fixture
    def program(self, tmp_path: Path) -> Path:
        text = DOCUMENT.read_text(encoding="utf-8")
        found = re.search(r"```python\n(import base64.*?)```", text, re.DOTALL)
        assert found is not None
        assert "spanwise." not in found[1]
        path = tmp_path / "verify_log.py"
        path.write_text(found[1], encoding="utf-8")
        return path

    def run(self, program: Path, settings: AuditSettings) -> subprocess.CompletedProcess[str]:
        log, keys = folders(settings)
        arguments = [sys.executable, "-W", "ignore", str(program), str(log), str(keys / PUBLIC_KEY_FILE)]
        return subprocess.run(arguments, capture_output=True, text=True, timeout=30, check=False)

    def test_proves_a_log(self, filled: AuditSettings, program: Path) -> None:
        done = self.run(program, filled)
        assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "signed up to 6")

    def test_finds_a_changed_record(self, filled: AuditSettings, program: Path) -> None:
        lines = lines_of(filled)
        tampered(filled, [*lines[:3], lines[3].replace(b'"outcome":"ok"', b'"outcome":"no"'), *lines[4:]])
        assert "000001.jsonl: record 4 was changed" in self.run(program, filled).stderr


@pytest.mark.parametrize(
    "command", [["export", "--subject", "x"], ["erase", "--subject", "x"], ["retain"], ["checkpoint"]]
)
def test_mistyped_folder_is_named_and_nothing_is_made_there(
    filled: AuditSettings, tmp_path: Path, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    lines = lines_of(filled)
    assert main(["audit", *command, "--log", "no-log"]) == 2
    assert f"there is no audit log in {tmp_path}/no-log" in capsys.readouterr().err
    assert main(["audit", *command, "--keys", "no-keys"]) == 2
    assert f"the keys of the audit log are not in {tmp_path}/no-keys" in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["audit", "audit-keys"]
    assert lines_of(filled) == lines


def test_nothing_is_removed_while_the_retention_cannot_be_read(
    filled: AuditSettings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = lines_of(filled)
    monkeypatch.setenv("SPANWISE_AUDIT_RETENTION", "standard=3650,short=a month")
    assert main(["audit", "retain"]) == 2
    assert "nothing is removed while the retention that is set cannot be read" in capsys.readouterr().err
    assert lines_of(filled) == lines


def test_period_of_a_report_is_times(filled: AuditSettings, capsys: pytest.CaptureFixture[str]) -> None:
    for moment in ("2020", "2020-01", "2020-01-01", "2020-01-01T14", "2020-01-01T14:30Z", "2020-01-01T14:30:00.5Z"):
        assert main(["audit", "report", "--since", moment]) == 0
        assert "\n3 calls from" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        main(["audit", "report", "--since", "yesterday"])
    assert "'yesterday' is no time in UTC" in capsys.readouterr().err

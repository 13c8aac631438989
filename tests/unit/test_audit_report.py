"""The audit report counts what the log holds."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from spanwise.exporters.audit.report import audit_report, render_report
from spanwise.exporters.audit.settings import AuditError, AuditSettings, folders
from spanwise.exporters.audit.subject_access import erase
from spanwise.exporters.audit.subjects import Identity
from spanwise.exporters.audit.verify import verify
from unit.audited import SAID, call, settings_of, write


@pytest.fixture
def settings(tmp_path: Path) -> AuditSettings:
    made = settings_of(tmp_path)
    redacted = call(3, user_id="u-2", jurisdiction="EU", screen_flagged=True, screen_category="jailbreak")
    redacted.redactions = {"EMAIL": 2, "PHONE": 1}
    screened = call(4, days_ago=40, tenant="a|b<i>\n")
    screened.screened = True
    write(
        made,
        call(1, user_id="u-1", consent="contract", prompt_name="refund", prompt_version="7", said=SAID),
        call(2, user_id="u-1", jurisdiction="EU", retention="short", cost_amount=None, cost_unpriced="model_unknown"),
        redacted,
        screened,
    )
    return made


def test_calls_are_counted_by_each_fact(settings: AuditSettings) -> None:
    report = audit_report(folders(settings).log)
    assert report.total.calls == 4
    counts = {name: {key: row.calls for key, row in rows.items()} for name, rows in report.by.items()}
    assert counts["model"] == {"openai gpt-5.2": 4}
    assert sorted(counts["subject"].values()) == [1, 1, 2]
    assert counts["jurisdiction"] == {"EU": 2, "not said": 2}
    assert counts["consent"] == {"contract": 1, "not said": 3}
    assert counts["retention class"] == {"short": 1, "not said": 3}
    assert counts["prompt and version"] == {"refund 7": 1, "not said": 3}
    assert counts["screening"] == {"flagged: jailbreak": 1, "clean": 1, "not screened": 2}
    assert counts["redaction policy"] == {"policy-1": 4}
    assert report.redactions == {"EMAIL": 2, "PHONE": 1}
    assert report.with_content == 1


def test_tokens_and_cost_are_summed_and_unknown_prices_are_no_zeros(settings: AuditSettings) -> None:
    total = audit_report(folders(settings).log).total
    assert (total.input_tokens, total.output_tokens, total.unpriced) == (4800, 1200, 1)
    assert total.cost == pytest.approx(0.0375)  # pyright: ignore[reportUnknownMemberType]


def test_period_leaves_out_what_is_outside(settings: AuditSettings) -> None:
    first = audit_report(folders(settings).log).first
    assert audit_report(folders(settings).log, since=first[:10]).total.calls == 4
    assert audit_report(folders(settings).log, until=first).total.calls == 0
    assert audit_report(folders(settings).log, since=first + "0").total.calls == 3


def test_markdown_says_it_all_and_callers_cannot_write_into_it(settings: AuditSettings) -> None:
    erase(settings, Identity("user", "u-2"))
    text = render_report(audit_report(folders(settings).log, verification=verify(*folders(settings))))
    assert "4 calls from " in text
    assert re.search(r"The chain of \d+ records is intact", text)
    assert "| openai gpt-5.2 | 4 | 4800 | 1200 | $0.0375 |" in text
    assert "| EMAIL | 2 |" in text
    assert "| erasure | 1 |" in text
    assert "| a\\|b\\<i\\>  | 1 |" in text


def test_report_of_a_log_that_was_changed_says_so_at_the_top(settings: AuditSettings) -> None:
    path = folders(settings).log / "000001.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"outcome":"ok"', b'"outcome":"no"', 1))
    text = render_report(audit_report(folders(settings).log, verification=verify(*folders(settings))))
    assert "**The log is not intact: 1 problems.**" in text


def test_json_has_every_row(settings: AuditSettings) -> None:
    report = audit_report(folders(settings).log, verification=verify(*folders(settings)))
    read = json.loads(json.dumps(report.as_json()))
    assert read["by"]["model"]["openai gpt-5.2"]["calls"] == 4
    assert read["verification"]["ok"] is True


def test_there_is_no_report_without_a_log(tmp_path: Path) -> None:
    with pytest.raises(AuditError, match="there is no audit log"):
        audit_report(tmp_path)

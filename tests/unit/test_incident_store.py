"""`spanwise incident` over the local store: a rate limit for one model in one feature."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from spanwise.distro.cli import main
from spanwise.distro.incident.past import facts_of
from spanwise.distro.incident.window import instant
from unit.incident_telemetry import BEGIN, HOUR, rate_limited, stored

WINDOW = ("--from", instant(BEGIN), "--to", instant(BEGIN + HOUR))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(stored(tmp_path_factory.mktemp("store") / "telemetry.db", rate_limited()))


def incident(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, object]:
    assert main(["incident", *arguments, "--json"]) == 0
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


def test_report_names_who_was_affected_and_what_explains_it(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = incident(capsys, "--store", store, "--alert", "GenAIErrorRateHigh", *WINDOW)
    # 360 calls an hour; each sixth is of that model in that feature
    assert (found["now"], found["usual"]) == ({"bad": 60.0, "all": 360.0}, {"bad": 0.0, "all": 360.0})
    assert found["users"] == 7
    factors = found["factors"]
    assert isinstance(factors, list)
    ranked = {(one["dimension"], one["value"]): one["explained"] for one in factors}
    assert ranked["spanwise.outcome", "rate_limit"] == pytest.approx(1)
    assert ranked["gen_ai.request.model", "gpt-5.2"] == pytest.approx(1)
    assert ranked["spanwise.feature", "checkout"] == pytest.approx(1)


def test_markdown_report_is_written_once_and_found_by_the_next_one(
    store: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "incidents"
    asked = ["incident", "--store", store, "--alert", "GenAIErrorRateHigh", "--reports", str(folder), *WINDOW]
    assert main(asked) == 0
    (first,) = folder.iterdir()
    assert first.stat().st_mode & 0o077 == 0
    text = first.read_text(encoding="utf-8")
    assert "failed calls 0% → 16.7%" in text
    assert facts_of(text)["alert"] == "GenAIErrorRateHigh"
    first.write_text(text.replace("## Resolution\n", "## Resolution\nRaised the limit.\n"), encoding="utf-8")
    assert main(asked) == 0
    assert len(list(folder.iterdir())) == 2
    capsys.readouterr()
    assert main([*asked, "--out", "-"]) == 0
    assert "Raised the limit." in capsys.readouterr().out

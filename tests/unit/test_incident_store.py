"""`spanwise incident` over the local store: a rate limit for one model in one feature."""

from __future__ import annotations

import json
from pathlib import Path
from typing import cast

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


def ranked(found: dict[str, object], which: str) -> dict[tuple[object, object], object]:
    factors = cast("list[dict[str, object]]", found[which])
    return {(one["dimension"], one["value"]): one["explained"] for one in factors}


def test_report_names_who_was_affected_and_what_explains_it(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = incident(capsys, "--store", store, "--alert", "GenAIErrorRateHigh", *WINDOW)
    # 360 calls an hour; each sixth is of that model in that feature
    assert (found["now"], found["usual"]) == ({"bad": 60.0, "all": 360.0}, {"bad": 0.0, "all": 360.0})
    assert found["users"] == 7
    assert ranked(found, "kinds") == {("error.type", "429"): 1, ("spanwise.outcome", "rate_limit"): 1}
    assert ranked(found, "factors") == {("spanwise.feature", "checkout"): 1, ("gen_ai.request.model", "gpt-5.2"): 1}


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
    assert "Affected were calls with both feature checkout and model gpt-5.2; those with one alone were not." in text
    assert facts_of(text)["alert"] == "GenAIErrorRateHigh"
    first.write_text(text.replace("## Resolution\n", "## Resolution\nRaised the limit.\n"), encoding="utf-8")
    assert main(asked) == 0
    assert len(list(folder.iterdir())) == 2
    capsys.readouterr()
    assert main([*asked, "--out", "-"]) == 0
    assert "Raised the limit." in capsys.readouterr().out

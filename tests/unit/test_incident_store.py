"""`spanwise incident` over the local store: a rate limit for one model in one feature."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import cast

import pytest

from spanwise.distro.cli import main
from spanwise.distro.incident.past import facts_of
from spanwise.distro.incident.window import instant
from unit.incident_telemetry import BEGIN, HOUR, call, rate_limited, stored

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


def test_first_flags_are_compared_with_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    usual = [call(BEGIN - HOUR + 60 * number) for number in range(50)]
    attacked = [
        call(BEGIN + 60 * number, screen_flagged=number % 2 == 0, screen_category="jailbreak", user_id="u-1")
        for number in range(50)
    ]
    path = stored(tmp_path / "t.db", [*usual, *attacked])
    found = incident(capsys, "--store", str(path), "--alert", "GenAIInjectionSurge", *WINDOW)
    assert (found["now"], found["compared"]) == ({"bad": 25.0, "all": 50.0}, "just before")
    assert ranked(found, "kinds") == {("spanwise.screen.category", "jailbreak"): 1}


def test_new_version_that_is_slow_explains_slow_calls(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    usual = [call(BEGIN - HOUR + 30 * number, seconds=1.0) for number in range(110)]
    after = [call(BEGIN + 30 * n, 5.0 if n % 2 else 1.0, version="2.0" if n % 2 else "1.0") for n in range(110)]
    path = stored(tmp_path / "t.db", [*usual, *after])
    found = incident(capsys, "--store", str(path), "--alert", "GenAILatencyP95High", *WINDOW)
    assert (found["threshold_s"], found["now"]) == (1.0, {"bad": 55.0, "all": 110.0})
    assert ranked(found, "factors") == {("service.version", "2.0"): 1}
    timeline = cast("list[dict[str, object]]", found["timeline"])
    assert "first call of version 2.0" in [event["text"] for event in timeline]


def test_sampled_calls_count_as_many_times_as_they_stand_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    usual = [call(BEGIN - HOUR + 60 * n, sampling_weight=10.0) for n in range(50)]
    fine = [call(BEGIN + 60 * n, sampling_weight=10.0) for n in range(40)]
    failed = [call(BEGIN + 60 * n, outcome="timeout", error_type="timeout") for n in range(20)]
    path = stored(tmp_path / "t.db", [*usual, *fine, *failed])
    found = incident(capsys, "--store", str(path), "--alert", "GenAIErrorRateHigh", *WINDOW)
    assert found["now"] == {"bad": 20.0, "all": 420.0}
    assert "service.version" in cast("list[str]", found["estimated"])


def test_without_the_hours_before_it_is_compared_with_the_day_before(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    yesterday = [call(BEGIN - 86_400 + 60 * n) for n in range(50)]
    today = [call(BEGIN + 60 * n, outcome="auth", error_type="401") for n in range(50)]
    path = stored(tmp_path / "t.db", [*yesterday, *today])
    found = incident(capsys, "--store", str(path), "--alert", "GenAIAuthFailures", *WINDOW)
    assert found["compared"] == "a day earlier"
    assert any("hours just before have no data" in line for line in cast("list[str]", found["questions"]))


def test_only_the_named_service_counts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    calls = [call(BEGIN + 60 * n, service=("shop", "desk")[n % 2]) for n in range(-50, 50)]
    path = stored(tmp_path / "t.db", calls)
    found = incident(capsys, "--store", str(path), "--symptom", "calls", "--service", "desk", *WINDOW)
    assert found["now"] == {"bad": 25.0, "all": 0.0}


def test_what_telemetry_says_stays_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    evil = "x|y](http://evil) <img src=x> `a`\n# heading\x1b[31m"
    usual = [call(BEGIN - HOUR + 60 * n) for n in range(50)]
    path = stored(
        tmp_path / "t.db", [*usual, *(call(BEGIN + 60 * n, feature=evil, outcome="timeout") for n in range(50))]
    )
    assert main(["incident", "--store", str(path), "--symptom", "failures", *WINDOW, "--out", "-"]) == 0
    shown = capsys.readouterr().out
    assert "evil" in shown
    assert "\x1b" not in shown
    told = [re.sub(r"\\.|`[0-9a-f]{32}`", "", line) for line in shown.splitlines() if "evil" in line]
    assert len(told) > 3
    assert [line for line in told if re.search("[`<]|http://|]\\(", line)] == []
    assert "\n# heading" not in shown


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (("--symptom", "failures", "--from", "nonsense"), 2, "nonsense"),
        (("--symptom", "weather", *WINDOW), 2, "there is no symptom weather; there are auth, "),
        (("--alert", "SomethingElse", *WINDOW), 2, "name it with --symptom"),
        (("--symptom", "failures", "--from", "1h", "--to", "2h"), 2, "--from is not before --to"),
        (("--symptom", "failures", "--from", "2001-01-01", "--to", "2001-01-02"), 1, "no calls between"),
        (("--symptom", "failures"), 1, "nothing stands out in the last 24 hours"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_one_line(
    store: str, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], status: int, said: str
) -> None:
    assert main(["incident", "--store", store, *arguments]) == status
    (line,) = capsys.readouterr().err.splitlines()
    assert said in line


def test_missing_store_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["incident", "--store", str(tmp_path / "none.db"), "--symptom", "cost"]) == 1
    assert "there is no store at" in capsys.readouterr().err

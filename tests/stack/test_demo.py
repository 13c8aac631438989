"""The demo and the commands that show what it stored."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from shop.personal_data import RAW_VALUES

pytestmark = pytest.mark.stack

DEMO = Path(__file__).parents[2] / "examples" / "demo.py"
STORE = ".spanwise/demo.db"

Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the demo ran; it says itself whether its numbers are the provider's."""
    place = tmp_path_factory.mktemp("demo")
    demo = subprocess.run([sys.executable, str(DEMO)], cwd=place, capture_output=True, text=True, timeout=110)
    assert demo.returncode == 0, demo.stdout + demo.stderr
    assert "raw personal data in the store: 0 of" in demo.stdout
    return place


@pytest.fixture(scope="module")
def spanwise(folder: Path) -> Command:
    """The command line, on the demo's store."""

    stored = {f"OTEL_{signal}_EXPORTER": "spanwise" for signal in ("TRACES", "METRICS", "LOGS")}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "spanwise.distro", *arguments]
        environment = {**os.environ, **stored, "SPANWISE_STORE_PATH": STORE}
        return subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False
        )

    return run


def test_report_of_the_demo_stands_alone_and_holds_nothing_raw(folder: Path) -> None:
    page = (folder / "spanwise-report.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert '<th scope="row">user requests<' in page
    assert not re.findall(r"<(?:script|link|img)[^>]+(?:src|href)=[\"']?(?:https?:)?//", page)
    assert not [value for value in RAW_VALUES if value in page]


def test_summary_shows_calls_and_cost(spanwise: Command) -> None:
    done = spanwise("summary")
    assert (done.returncode, done.stderr) == (0, "")
    assert "gpt-4o-mini" in done.stdout
    assert "$" in done.stdout


def test_summary_shows_that_a_script_runs_wild(spanwise: Command) -> None:
    """One account, and no other, makes more calls than the default limits allow."""
    assert re.search(r"over their limits: .*user requests 1\b", spanwise("summary").stdout)


def test_summary_shows_that_a_prompt_was_given_away_and_somebody_threatened(spanwise: Command) -> None:
    assert re.search(r"flagged calls: .*harm.violence 1\b.*system_prompt_leak 1\b", spanwise("summary").stdout)


def test_each_listed_trace_can_be_shown(spanwise: Command) -> None:
    listed = spanwise("traces", "--limit", "3")
    assert (listed.returncode, listed.stderr) == (0, "")
    found = re.findall(r"\b[0-9a-f]{8,32}\b", listed.stdout)
    assert len(found) >= 3
    for trace in found[:3]:
        shown = spanwise("traces", trace)
        assert (shown.returncode, shown.stderr) == (0, "")
        assert re.search(r"chat|embeddings", shown.stdout)


@pytest.mark.parametrize("which", ["errors", "flagged", "slow", "costly"])
def test_traces_are_found_by_what_is_remarkable(spanwise: Command, which: str) -> None:
    done = spanwise("traces", "--only", which)
    assert (done.returncode, done.stderr) == (0, "")
    assert re.search(r"\b[0-9a-f]{8,32}\b", done.stdout)


def test_trace_that_is_not_there_is_said_in_one_line(spanwise: Command) -> None:
    done = spanwise("traces", "ffffffffffffffff")
    assert done.returncode == 1
    assert len((done.stderr or done.stdout).splitlines()) == 1


def test_doctor_finds_no_failure(spanwise: Command) -> None:
    done = spanwise("doctor")
    assert done.returncode == 0, done.stdout
    assert done.stderr == ""


def test_report_of_a_store_that_is_not_there_is_one_line(spanwise: Command) -> None:
    done = spanwise("report", "--store", "nowhere.db")
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "nowhere.db" in done.stderr


def test_output_may_be_cut_off_by_the_reader(folder: Path) -> None:
    piped = f"{sys.executable} -m spanwise.distro traces --store {STORE} --limit 500 | head -1"
    done = subprocess.run(["sh", "-c", piped], cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")

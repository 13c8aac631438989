"""One variable makes JSON of what applications print to their log, however they configure it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import cast

import pytest

from stack.applications import bare, command, instrumented, run

pytestmark = pytest.mark.stack


@pytest.mark.parametrize("way", ["basicConfig", "dictConfig", "handler", "nothing"])
def test_one_variable_makes_json_of_the_log(settings: dict[str, str], tmp_path: Path, way: str) -> None:
    given = {**settings, "SPANWISE_LOG_JSON": "true", "SPANWISE_LOG_FIELDS": "team=search"}
    del given["OTEL_PYTHON_LOGGING_AUTO_INSTRUMENTATION_ENABLED"]
    done = run(instrumented("logging_json.py", way), given, tmp_path)
    assert done.status == 0
    lines = [cast("dict[str, object]", json.loads(line)) for line in (done.out + done.err).splitlines()]
    warned = next(line for line in lines if line["level"] == "WARNING")
    assert (warned["message"], warned["logger"], warned["service"]) == ("Mail [EMAIL]", "shop", "shop")
    assert (warned["team"], warned["order"]) == ("search", {"number": 7})
    assert ("informed" in {line["message"] for line in lines}) is (way != "nothing")


def test_log_is_as_it_was_without_the_variable(settings: dict[str, str], tmp_path: Path) -> None:
    alone = run(command("logging_json.py", "basicConfig"), bare(settings), tmp_path)
    watched = run(instrumented("logging_json.py", "basicConfig"), settings, tmp_path)
    assert alone.out.splitlines()[-2:] == watched.out.splitlines()[-2:] == ["informed", "Mail grace.miller@gmail.com"]

"""Nothing personal leaves by providers that come late, that are not the SDK's, or that are not known."""

from __future__ import annotations

from pathlib import Path

import pytest

from stack.applications import command, run


@pytest.mark.parametrize("case", ["late", "mixed", "foreign", "unknown"])
def test_nothing_personal_leaves_whichever_providers_there_are(case: str, tmp_path: Path) -> None:
    result = run(command("providers.py", case), {}, tmp_path)
    assert result.status == 0, result.err
    spans, logs, metrics = result.out.splitlines()[:3]
    assert "jane" not in result.out + result.err
    assert "[EMAIL]" in logs and "orders" in result.out and metrics
    assert ("chat" in spans) is (case != "unknown")


@pytest.mark.parametrize(
    ("case", "said"),
    [
        ("late", "no tracer provider"),
        ("mixed", ""),
        ("foreign", "is a ForeignProvider"),
        ("unknown", "version of the SDK is not known"),
    ],
)
def test_what_cannot_be_redacted_is_said(case: str, said: str, tmp_path: Path) -> None:
    ours = run(command("providers.py", case), {}, tmp_path).ours
    assert len(ours) == (1 if said else 0), ours
    assert not said or said in ours[0]

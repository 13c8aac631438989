"""What is generated from the catalogue is what the catalogue says."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

BUILD = Path(__file__).parents[2] / "grafana" / "build.py"

pytest.importorskip("grafana_foundation_sdk")


def test_generated_files_are_as_the_catalogue_has_them() -> None:
    done = subprocess.run([sys.executable, BUILD, "--check"], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


def test_wrong_delivery_is_one_line_and_writes_nothing(tmp_path: Path) -> None:
    folder = shutil.copytree(
        BUILD.parent, tmp_path / "grafana", ignore=shutil.ignore_patterns("secrets", "__pycache__")
    )
    (folder / "delivery.yaml").write_text("slack: {enabled: maybe}\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, folder / "build.py"], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 2
    assert done.stderr == "nothing is written: slack.enabled: true or false is wanted, not a text\n"

"""The reference of settings is complete, current, and an example that loads."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import fields
from pathlib import Path

import pytest
import yaml

from spanwise.core.settings import describe_settings, environment_name, load, read_file
from spanwise.distro.reference import effective, markdown, settings_areas, show, variables

_ROOT = Path(__file__).parents[2]
_DOCUMENT = _ROOT / "docs" / "configuration.md"


def test_document_is_what_the_command_writes() -> None:
    command = "spanwise config --markdown > docs/configuration.md"
    assert _DOCUMENT.read_text(encoding="utf-8") == markdown(), f"docs/configuration.md is stale; run: {command}"


@pytest.mark.parametrize("area", settings_areas())
def test_every_field_is_documented(area: str) -> None:
    text = markdown()
    for setting in describe_settings(settings_areas()[area], area):
        assert re.fullmatch(r".{15,}[.)]", setting.doc, re.DOTALL), f"{setting.key} needs a sentence: {setting.doc!r}"
        assert f"| `{setting.variable}` | `{setting.key}` |" in text


def test_every_variable_is_the_variable_of_one_setting() -> None:
    assert [name for name, count in Counter(variables()).items() if count > 1] == []


def test_every_settings_class_of_the_sources_has_an_area() -> None:
    roots = [_ROOT / root / "spanwise" for root in ("src", "instrumentation", "processors", "exporters")]
    declared = {
        name
        for root in roots
        for path in root.rglob("*.py")
        for name in re.findall(r"^class (\w+Settings)\b", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert declared == {cls.__name__ for cls in settings_areas().values()}


def test_every_variable_that_the_documentation_names_exists() -> None:
    known = {*variables(), *(environment_name(area, "") for area in settings_areas())}
    documents = [_ROOT / "README.md", *_DOCUMENT.parent.rglob("*.md")]
    named = {
        (document.name, name)
        for document in documents
        for name in re.findall(r"SPANWISE_[A-Z_]+", document.read_text(encoding="utf-8"))
    }
    assert {(document, name) for document, name in named if name not in known} == set()


def test_example_holds_every_setting_and_loads_as_the_defaults(caplog: pytest.LogCaptureFixture) -> None:
    example = yaml.safe_load(markdown().partition("```yaml\n")[2].partition("```")[0])
    assert set(example) == set(settings_areas())
    for area, cls in settings_areas().items():
        assert set(example[area]) == {field.name for field in fields(cls)}
        assert load(cls, area, example, {}) == cls()
    assert not caplog.records


class TestShow:
    @pytest.fixture(autouse=True)
    def directory(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.chdir(tmp_path)
        return tmp_path

    def test_each_value_says_where_it_comes_from(self, directory: Path) -> None:
        (directory / "spanwise.yaml").write_text("sample: {slow: 30}\nredact: {actions: {EMAIL: keep}}\n")
        text = show({"SPANWISE_SAMPLE_RATIO": "0.5"})
        assert text.startswith(f"settings file: {directory / 'spanwise.yaml'}\n")
        assert re.search(r"^sample\.ratio +environment +0\.5$", text, re.MULTILINE)
        assert re.search(r"^sample\.slow +file +30\.0$", text, re.MULTILINE)
        assert re.search(r"^sample\.costly +default +0\.1$", text, re.MULTILINE)
        assert re.search(r"^redact\.actions +file +EMAIL=keep$", text, re.MULTILINE)

    def test_secret_is_hidden(self) -> None:
        assert re.search(r"^redact\.key +default +\(not set\)$", show({}), re.MULTILINE)
        text = show({"SPANWISE_REDACT_KEY": "hunter2"})
        assert re.search(r"^redact\.key +environment +\(hidden\)$", text, re.MULTILINE)
        assert "hunter2" not in text

    @pytest.mark.parametrize(
        ("ours", "content"), [({}, True), ({"SPANWISE_CAPTURE_CONTENT": "false"}, False)], ids=["unset", "set"]
    )
    def test_content_mode_of_opentelemetry_counts_where_ours_is_not_set(
        self, ours: dict[str, str], content: bool
    ) -> None:
        environ = {**ours, "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT": "SPAN_AND_EVENT"}
        (item,) = [i for i in effective(read_file(environ), environ) if i.setting.key == "capture.content"]
        assert (item.value, item.origin) == (content, "environment")

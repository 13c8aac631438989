"""Where a setting's value comes from, what values are taken, and what is said about the others."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest

from spanwise.core.settings import describe_settings, load, load_with_origins, read_file, setting


@dataclass(frozen=True)
class OvenSettings:
    """One field of every kind that a setting can be."""

    lit: bool = setting(False, "Whether it burns.")
    trays: int = setting(2, "Trays inside.", check=lambda n: n > 0, expects="a number above 0")
    heat: float = setting(180.0, "Degrees.")
    name: str = setting("main", "What it is called.")
    recipe: str | None = setting(None, "A file.")
    mode: Literal["bake", "grill"] = setting("bake", "What it does.")
    doors: tuple[str, ...] = setting(("front",), "Which doors it has.")
    timers: Mapping[str, int] = setting({"short": 5}, "Minutes by name.")
    api_key: str = setting("", "Opens it.")


def _load(file: Mapping[str, object] | None = None, **environ: str) -> OvenSettings:
    return load(OvenSettings, "oven", {"oven": file or {}}, environ)


def _lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records]


def test_argument_wins_over_environment_over_file_over_default() -> None:
    file = {"oven": {"trays": 3, "heat": 200, "name": "file"}}
    environ = {"SPANWISE_OVEN_TRAYS": "4", "SPANWISE_OVEN_HEAT": "220"}
    settings, origins = load_with_origins(OvenSettings, "oven", file, environ, trays=5)
    assert (settings.trays, settings.heat, settings.name, settings.lit) == (5, 220.0, "file", False)
    assert (origins["trays"], origins["heat"], origins["name"], origins["lit"]) == (
        "argument",
        "environment",
        "file",
        "default",
    )


@pytest.mark.parametrize(
    ("variable", "text", "field", "value"),
    [
        ("LIT", "Yes", "lit", True),
        ("LIT", "off", "lit", False),
        ("TRAYS", " 7 ", "trays", 7),
        ("HEAT", "1e2", "heat", 100.0),
        ("RECIPE", "bread.yaml", "recipe", "bread.yaml"),
        ("MODE", "GRILL", "mode", "grill"),
        ("DOORS", "front, side,", "doors", ("front", "side")),
        ("TIMERS", "short=1, long = 90", "timers", {"short": 1, "long": 90}),
    ],
)
def test_text_of_a_variable_becomes_the_type_of_its_field(variable: str, text: str, field: str, value: object) -> None:
    assert getattr(_load(None, **{f"SPANWISE_OVEN_{variable}": text}), field) == value


@pytest.mark.parametrize(
    ("field", "given", "value"),
    [
        ("lit", True, True),
        ("heat", 90, 90.0),
        ("trays", 4.0, 4),
        ("recipe", None, None),
        ("name", 7, "7"),
        ("doors", ["side"], ("side",)),
        ("doors", [], ()),
        ("timers", {"long": 90}, {"long": 90}),
        ("timers", ["long=90"], {"long": 90}),
    ],
)
def test_yaml_value_becomes_the_type_of_its_field(field: str, given: object, value: object) -> None:
    assert getattr(_load({field: given}), field) == value


def test_number_without_end_in_the_file_is_refused(caplog: pytest.LogCaptureFixture) -> None:
    assert _load({"heat": 10**400}).heat == 180.0
    assert len(caplog.records) == 1


@pytest.mark.parametrize(
    ("variable", "text", "line"),
    [
        ("LIT", "perhaps", "SPANWISE_OVEN_LIT='perhaps' is not true or false; using False"),
        ("TRAYS", "0", "SPANWISE_OVEN_TRAYS='0' is not a number above 0; using 2"),
        ("TRAYS", "2.5", "SPANWISE_OVEN_TRAYS='2.5' is not a number above 0; using 2"),
        ("HEAT", "nan", "SPANWISE_OVEN_HEAT='nan' is not a number; using 180.0"),
        ("MODE", "boil", "SPANWISE_OVEN_MODE='boil' is not one of bake, grill; using 'bake'"),
        ("TIMERS", "long", "SPANWISE_OVEN_TIMERS='long' is not name=value pairs; using {'short': 5}"),
    ],
)
def test_wrong_value_costs_one_line_that_names_setting_value_and_what_is_used(
    caplog: pytest.LogCaptureFixture, variable: str, text: str, line: str
) -> None:
    settings, origins = load_with_origins(OvenSettings, "oven", None, {f"SPANWISE_OVEN_{variable}": text})
    assert settings == OvenSettings()
    assert set(origins.values()) == {"default"}
    assert _lines(caplog) == [f"spanwise: {line}"]


@pytest.mark.parametrize(
    ("field", "given"),
    [("name", None), ("name", ["a"]), ("trays", 2.5), ("trays", True), ("doors", None), ("doors", {"a": 1})],
)
def test_yaml_value_of_another_type_is_refused_and_not_turned_into_text(
    caplog: pytest.LogCaptureFixture, field: str, given: object
) -> None:
    assert _load({field: given}) == OvenSettings()
    (line,) = _lines(caplog)
    assert f"oven.{field} in spanwise.yaml={given!r} is not" in line


def test_wrong_variable_does_not_fall_back_to_the_file(caplog: pytest.LogCaptureFixture) -> None:
    assert _load({"trays": 9}, SPANWISE_OVEN_TRAYS="many").trays == 2
    assert len(_lines(caplog)) == 1


@pytest.mark.parametrize("blank", ["", "  "])
def test_empty_variable_counts_as_unset(caplog: pytest.LogCaptureFixture, blank: str) -> None:
    environ = {f"SPANWISE_OVEN_{name}": blank for name in ("LIT", "TRAYS", "MODE", "DOORS", "TIMERS", "API_KEY")}
    assert load(OvenSettings, "oven", {"oven": {"trays": 3}}, environ) == OvenSettings(trays=3)
    assert not _lines(caplog)


def test_secret_stays_out_of_the_log(caplog: pytest.LogCaptureFixture) -> None:
    _load({"api_key": ["hunter2"]})
    (line,) = _lines(caplog)
    assert "hunter2" not in line
    assert "(hidden)" in line


def test_unknown_name_in_the_file_is_named_and_ignored(caplog: pytest.LogCaptureFixture) -> None:
    assert _load({"tray": 3}) == OvenSettings()
    assert _lines(caplog) == ["spanwise: oven.tray in spanwise.yaml is not a setting; it is ignored"]


def test_mapping_default_is_not_shared_between_instances() -> None:
    assert OvenSettings().timers is not OvenSettings().timers


def test_description_gives_variable_key_type_and_default() -> None:
    described = {setting.name: setting for setting in describe_settings(OvenSettings, "oven")}
    assert described["trays"].variable == "SPANWISE_OVEN_TRAYS"
    assert described["trays"].key == "oven.trays"
    assert described["timers"].default == {"short": 5}
    assert [setting.name for setting in described.values() if setting.secret] == ["api_key"]
    assert {setting.name: setting.takes for setting in described.values()} == {
        "lit": "true or false",
        "trays": "a number above 0",
        "heat": "a number",
        "name": "text",
        "recipe": "text or nothing",
        "mode": "one of bake, grill",
        "doors": "a list of words",
        "timers": "name=value pairs",
        "api_key": "text",
    }


class TestFile:
    @pytest.fixture(autouse=True)
    def directory(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.chdir(tmp_path)
        return tmp_path

    def test_working_directory_without_a_file_means_no_settings(self, caplog: pytest.LogCaptureFixture) -> None:
        assert read_file({}) == {}
        assert not _lines(caplog)

    def test_file_of_the_working_directory_is_read(self, directory: Path) -> None:
        (directory / "spanwise.yaml").write_text("oven: {trays: 3}\nsink:\n")
        assert read_file({}) == {"oven": {"trays": 3}}

    def test_named_file_is_read_instead(self, directory: Path) -> None:
        (directory / "spanwise.yaml").write_text("oven: {trays: 3}\n")
        (directory / "other.yaml").write_text("oven: {trays: 4}\n")
        assert read_file({"SPANWISE_CONFIG": "other.yaml"}) == {"oven": {"trays": 4}}

    def test_empty_file_is_no_mistake(self, directory: Path, caplog: pytest.LogCaptureFixture) -> None:
        (directory / "spanwise.yaml").write_text("# nothing yet\n")
        assert read_file({}) == {}
        assert not _lines(caplog)

    @pytest.mark.parametrize(
        ("content", "line"),
        [
            (b"oven:\n  trays: [1\n", "spanwise.yaml cannot be read (ParserError, line 3)"),
            (b"\xff\xfe\x00", "spanwise.yaml cannot be read (UnicodeDecodeError)"),
            (b"- oven\n", "spanwise.yaml is not a mapping of areas"),
            (b"oven: hot\n", "oven in spanwise.yaml=hot is not a mapping of settings"),
        ],
    )
    def test_broken_file_costs_one_line_and_leaves_the_defaults(
        self, directory: Path, caplog: pytest.LogCaptureFixture, content: bytes, line: str
    ) -> None:
        (directory / "spanwise.yaml").write_bytes(content)
        with caplog.at_level(logging.WARNING, logger="spanwise"):
            assert load(OvenSettings, "oven", read_file({}), {}) == OvenSettings()
        assert len(_lines(caplog)) == 1
        assert line in _lines(caplog)[0]

    def test_named_file_that_is_missing_is_named(self, caplog: pytest.LogCaptureFixture) -> None:
        assert read_file({"SPANWISE_CONFIG": "gone.yaml"}) == {}
        assert _lines(caplog) == [
            "spanwise: gone.yaml cannot be read (FileNotFoundError); going on without a settings file"
        ]

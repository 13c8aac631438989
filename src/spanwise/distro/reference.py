"""Every setting, for people: the generated reference, and the values that are in force here."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, NamedTuple

from spanwise.core.settings import (
    Origin,
    Setting,
    SettingsFile,
    describe_settings,
    load_with_origins,
    read_file,
    settings_path,
)
from spanwise.distro.install import AREAS
from spanwise.exporters.store import StoreSettings

__all__ = ["Effective", "effective", "markdown", "settings_areas", "show", "variables"]

_CONTENT_MODES = frozenset({"span_only", "span_and_event"})
_INTRODUCTION = """\
# Configuration

<!-- Generated from the settings classes: `spanwise config --markdown > docs/configuration.md`. -->

Nothing has to be configured. A setting is taken from the first place that has it: an argument in code, an environment
variable, the settings file, the default. An empty variable counts as unset. A wrong value costs one line in the log
that names it, and the default is used; `spanwise doctor` lists wrong values and names that are no setting, and
`spanwise config` shows what is in force and where it comes from.

The settings file is `spanwise.yaml` in the working directory, or what `SPANWISE_CONFIG` names. In a variable, a list is
separated by commas (`a,b`), and pairs are `name=value,name=value`. Settings are read once, when telemetry is set up.
OpenTelemetry's own variables (`OTEL_SERVICE_NAME`, `OTEL_EXPORTER_OTLP_ENDPOINT`, …) are honoured as they are.
"""

_EXAMPLE = """\
## All of it as a file

Every setting with its default; keep only what you change.
"""


def settings_areas() -> dict[str, type[Any]]:
    """Every settings dataclass by area, those of the exporters too."""
    return {**AREAS, "store": StoreSettings}


def _settings() -> dict[str, list[Setting]]:
    return {area: describe_settings(cls, area) for area, cls in settings_areas().items()}


def variables() -> list[str]:
    """Every environment variable that is read by Spanwise."""
    return ["SPANWISE_CONFIG", *(setting.variable for settings in _settings().values() for setting in settings)]


class Effective(NamedTuple):
    """A setting with the value that is in force, and where that comes from."""

    setting: Setting
    value: object
    origin: Origin

    @property
    def shown(self) -> str:
        """The value as text; of a secret only whether there is one."""
        if self.setting.secret:
            return "(hidden)" if self.value else "(not set)"
        return _text(self.value)


def effective(file: SettingsFile, environ: Mapping[str, str] = os.environ) -> list[Effective]:
    """All settings as an application with this file and environment gets them; logs a line for each wrong value."""
    found: list[Effective] = []
    for area, cls in settings_areas().items():
        loaded, origins = load_with_origins(cls, area, file, environ)
        for setting in describe_settings(cls, area):
            item = Effective(setting, getattr(loaded, setting.name), origins[setting.name])
            found.append(_with_content_mode(item, environ))
    return found


def _with_content_mode(item: Effective, environ: Mapping[str, str]) -> Effective:
    """OpenTelemetry's own variable for content counts where neither ours nor the file says anything."""
    mode = environ.get("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", "").strip().lower()
    if item.setting.key == "capture.content" and item.origin == "default" and mode in _CONTENT_MODES:
        return item._replace(value=True, origin="environment")
    return item


def show(environ: Mapping[str, str] = os.environ) -> str:
    """The settings in force, one a line, with where each comes from; secrets are hidden."""
    path = settings_path(environ)
    items = effective(read_file(environ), environ)
    width = max(len(item.setting.key) for item in items)
    lines = [f"{item.setting.key:<{width}}  {item.origin:<11}  {item.shown}".rstrip() for item in items]
    return "\n".join([f"settings file: {path.absolute() if path else 'none'}", "", *lines, ""])


def markdown() -> str:
    """The text of `docs/configuration.md`."""
    tables = [_table(area, settings) for area, settings in _settings().items()]
    return "\n".join([_INTRODUCTION, *tables, _EXAMPLE, "```yaml", _example(), "```", ""])


def _table(area: str, settings: list[Setting]) -> str:
    rows = [
        f"| `{s.variable}` | `{s.key}` | {_cell(s.takes)} | {_cell(_default(s))} | {_cell(s.doc)} |" for s in settings
    ]
    head = ("| variable | in the file | takes | default | meaning |", "|---|---|---|---|---|")
    return "\n".join([f"## {area.capitalize()}", "", *head, *rows, ""])


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _default(setting: Setting) -> str:
    text = _text(setting.default)
    return f"`{text}`" if text else "none"


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return ",".join(f"{name}={item}" for name, item in value.items())  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, tuple):
        return ",".join(map(str, value))  # pyright: ignore[reportUnknownArgumentType]
    return str(value)


def _example() -> str:
    import yaml

    content = {
        area: {setting.name: _plain(setting.default) for setting in settings} for area, settings in _settings().items()
    }
    dumped: str = yaml.safe_dump(content, sort_keys=False, default_flow_style=False, width=110)
    return dumped.rstrip()


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value  # pyright: ignore[reportUnknownArgumentType,reportUnknownVariableType]

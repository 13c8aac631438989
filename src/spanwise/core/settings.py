"""One configuration story: a frozen dataclass per component, read when it is configured, never at import.

The field `ratio` of the area `sample` is `SPANWISE_SAMPLE_RATIO` in the environment and `sample: {ratio: …}` in
`spanwise.yaml` (found in the working directory, or named by `SPANWISE_CONFIG`). Argument over environment over
file over default. An empty variable counts as unset, as it does for OpenTelemetry's own. A wrong value costs one
clear line, and the default is used.
"""

from __future__ import annotations

import dataclasses
import logging
import math
import os
import typing
from collections.abc import Callable, Mapping
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, NamedTuple, TypeVar

__all__ = [
    "Origin",
    "Setting",
    "SettingsFile",
    "describe_settings",
    "environment_name",
    "load",
    "load_with_origins",
    "read_file",
    "setting",
    "settings_path",
]

S = TypeVar("S")
Origin = Literal["argument", "environment", "file", "default"]
SettingsFile = Mapping[str, Mapping[str, object]]

_logger = logging.getLogger("spanwise")
_TRUE = frozenset({"true", "1", "yes", "on"})
_FALSE = frozenset({"false", "0", "no", "off"})
_SECRET = frozenset({"key", "token", "secret", "password"})


class Setting(NamedTuple):
    """One field of a settings dataclass, as the reference and the command line show it."""

    area: str
    name: str
    variable: str
    takes: str
    """The values it takes, in words."""
    default: object
    doc: str
    secret: bool
    """Its value is never shown."""

    @property
    def key(self) -> str:
        """Its place in `spanwise.yaml`, such as `sample.ratio`."""
        return f"{self.area}.{self.name}"


def setting(default: Any, doc: str, *, check: Callable[[Any], bool] | None = None, expects: str = "") -> Any:
    """A field of a settings dataclass, with its documentation and what values it takes.

    Args:
        default: the value when nothing else is given; a mapping is copied per instance.
        doc: one or two sentences for the generated reference.
        check: says whether a converted value is allowed.
        expects: how to name the allowed values in a message, e.g. "a share between 0 and 1".
    """
    metadata = {"doc": doc, "check": check, "expects": expects}
    if isinstance(default, dict):
        copied: dict[str, object] = typing.cast("dict[str, object]", default)
        return dataclasses.field(default_factory=lambda: dict(copied), metadata=metadata)
    return dataclasses.field(default=default, metadata=metadata)


def environment_name(area: str, field: str) -> str:
    """`("sample", "ratio")` → `SPANWISE_SAMPLE_RATIO`."""
    return f"SPANWISE_{area}_{field}".upper()


def describe_settings(cls: type[Any], area: str) -> list[Setting]:
    """The settings of the dataclass `cls`, in the order of its fields."""
    hints = typing.get_type_hints(cls)
    return [
        Setting(
            area,
            field.name,
            environment_name(area, field.name),
            field.metadata.get("expects") or _type_name(hints[field.name]),
            _default(field),
            field.metadata.get("doc", ""),
            _is_secret(field.name),
        )
        for field in dataclasses.fields(cls)
    ]


def settings_path(environ: Mapping[str, str] = os.environ, directory: Path = Path()) -> Path | None:
    """The settings file: what `SPANWISE_CONFIG` names, or `spanwise.yaml` where the working directory has one."""
    named = environ.get("SPANWISE_CONFIG")
    path = directory / (named or "spanwise.yaml")
    return path if named or path.is_file() else None


def read_file(environ: Mapping[str, str] = os.environ, directory: Path = Path()) -> SettingsFile:
    """The content of `spanwise.yaml`, by area; empty where there is no file or it cannot be read (one line says so)."""
    path = settings_path(environ, directory)
    if path is None:
        return {}
    import yaml  # only where a file exists: importing costs 10 ms

    try:
        content: object = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
        _logger.warning("spanwise: %s cannot be read (%s); going on without a settings file", path, _short(error))
        return {}
    return _areas(content, path)


def load(
    cls: type[S],
    area: str,
    file: SettingsFile | None = None,
    environ: Mapping[str, str] = os.environ,
    /,
    **given: object,
) -> S:
    """Build the settings dataclass `cls` from arguments, environment, file and defaults, in this order."""
    return load_with_origins(cls, area, file, environ, **given)[0]


def load_with_origins(
    cls: type[S],
    area: str,
    file: SettingsFile | None = None,
    environ: Mapping[str, str] = os.environ,
    /,
    **given: object,
) -> tuple[S, dict[str, Origin]]:
    """As `load`, with where the value of each field came from; a wrong value's field has its default."""
    section = (file or {}).get(area, {})
    hints = typing.get_type_hints(cls)
    values: dict[str, Any] = {}
    origins: dict[str, Origin] = {}
    fields = dataclasses.fields(typing.cast("Any", cls))
    for field in fields:
        name = environment_name(area, field.name)
        origin: Origin = "default"
        if field.name in given:
            values[field.name], origin = given[field.name], "argument"
        elif environ.get(name, "").strip():
            if _take(values, field, hints[field.name], environ[name], name):
                origin = "environment"
        elif field.name in section and _take(
            values, field, hints[field.name], section[field.name], f"{area}.{field.name} in spanwise.yaml"
        ):
            origin = "file"
        origins[field.name] = origin
    _name_unknown(section, {field.name for field in fields}, area)
    return cls(**values), origins


def _short(error: Exception) -> str:
    """The kind of error and, for YAML, the line; the text of the file stays out of the log."""
    mark: object = getattr(error, "problem_mark", None)
    line: object = getattr(mark, "line", None)
    place = f", line {line + 1}" if isinstance(line, int) else ""
    return type(error).__name__ + place


def _areas(content: object, path: Path) -> SettingsFile:
    if content is None:
        return {}
    if not isinstance(content, dict):
        _logger.warning("spanwise: %s is not a mapping of areas; going on without a settings file", path)
        return {}
    areas = typing.cast("dict[object, object]", content)
    found: dict[str, Mapping[str, object]] = {}
    for area, section in areas.items():
        if isinstance(section, dict):
            found[str(area)] = typing.cast("dict[str, object]", section)
        elif section is not None:  # an area whose lines are all commented out
            _complain(f"{area} in spanwise.yaml", section, "a mapping of settings", "the defaults")
    return found


def _take(values: dict[str, Any], field: dataclasses.Field[Any], hint: object, raw: object, name: str) -> bool:
    try:
        value = _convert(raw, hint)
        check: Callable[[Any], bool] | None = field.metadata.get("check")
        if check is not None and not check(value):
            raise ValueError
    except (ValueError, TypeError):
        shown = "(hidden)" if _is_secret(field.name) else repr(raw)
        _complain(name, shown, field.metadata.get("expects") or _type_name(hint), repr(_default(field)))
        return False
    values[field.name] = value
    return True


def _convert(raw: object, hint: object) -> object:
    origin = typing.get_origin(hint)
    if origin in (typing.Union, UnionType):
        return _convert_optional(raw, hint)
    if origin is typing.Literal:
        return _convert_choice(raw, typing.get_args(hint))
    if origin is tuple:
        return tuple(_convert(item, typing.get_args(hint)[0]) for item in _items(raw))
    if origin in (dict, Mapping):
        return _convert_mapping(raw, typing.get_args(hint)[1])
    return _convert_plain(raw, hint)


def _convert_optional(raw: object, hint: object) -> object:
    if raw is None or raw == "":
        return None
    inner = [arg for arg in typing.get_args(hint) if arg is not NoneType]
    return _convert(raw, inner[0])


def _convert_choice(raw: object, choices: tuple[object, ...]) -> object:
    for choice in choices:
        if str(raw).strip().lower() == str(choice).lower():
            return choice
    raise ValueError


def _convert_mapping(raw: object, value_hint: object) -> dict[str, object]:
    if isinstance(raw, dict):
        pairs = [(str(key), value) for key, value in typing.cast("dict[object, object]", raw).items()]
    else:
        pairs = [_pair(item) for item in _items(raw)]
    if len(dict(pairs)) < len(pairs):
        raise ValueError  # one name twice: which is meant?
    return {key: _convert(value, value_hint) for key, value in pairs}


def _pair(item: object) -> tuple[str, object]:
    key, equals, value = str(item).partition("=")
    if not equals:
        raise ValueError
    return key.strip(), value.strip()


def _convert_plain(raw: object, hint: object) -> object:
    if hint is bool:
        return _convert_bool(raw)
    if raw is None or isinstance(raw, (dict, list)):
        raise ValueError
    if hint is int or hint is float:
        return _convert_number(raw, hint)
    return str(raw)


def _convert_number(raw: object, hint: object) -> object:
    if isinstance(raw, bool) or (hint is int and isinstance(raw, float) and not raw.is_integer()):
        raise ValueError
    try:
        number = typing.cast("Callable[[object], float]", hint)(raw)
        if math.isnan(number):
            raise ValueError
    except OverflowError as error:  # of hundreds of digits
        raise ValueError from error
    return number


def _convert_bool(raw: object) -> bool:
    word = str(raw).strip().lower()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise ValueError


def _items(raw: object) -> list[object]:
    if raw is None or isinstance(raw, dict):
        raise ValueError
    if isinstance(raw, (list, tuple)):
        return list(typing.cast("list[object]", raw))
    return [part.strip() for part in str(raw).split(",") if part.strip()]


def _default(field: dataclasses.Field[Any]) -> object:
    if field.default is not dataclasses.MISSING:
        return field.default
    return field.default_factory() if field.default_factory is not dataclasses.MISSING else None


def _type_name(hint: object) -> str:
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, UnionType):
        return " or ".join("nothing" if arg is NoneType else _type_name(arg) for arg in args)
    if origin is typing.Literal:
        return "one of " + ", ".join(map(str, args))
    if origin is tuple:
        return "a list of words"
    if origin in (dict, Mapping):
        return "name=value pairs"
    names = {bool: "true or false", int: "a whole number", float: "a number", str: "text"}
    return names.get(typing.cast("type", hint), str(hint))


def _is_secret(field: str) -> bool:
    return not _SECRET.isdisjoint(field.split("_"))


def _name_unknown(section: Mapping[str, object], known: set[str], area: str) -> None:
    for name in section:
        if name not in known:
            _logger.warning("spanwise: %s.%s in spanwise.yaml is not a setting; it is ignored", area, name)


def _complain(name: str, shown: object, expected: str, used: str) -> None:
    _logger.warning("spanwise: %s=%s is not %s; using %s", name, shown, expected, used)

"""Spanwise's own settings: names that are none, values that are wrong, and what differs from the defaults."""

from __future__ import annotations

import difflib
import logging
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager

from spanwise.core.settings import SettingsFile, load, read_file, settings_path
from spanwise.distro.checks.finding import Finding, Setup
from spanwise.distro.reference import effective, settings_areas, variables
from spanwise.processors.pii.people import unavailable
from spanwise.processors.policy import read_policy
from spanwise.processors.price import PriceSettings, PriceTable

__all__ = ["check_settings", "check_variables", "logged"]

_TOPIC = "settings"
_PREFIX = "spanwise: "
_logger = logging.getLogger("spanwise")


def check_variables(setup: Setup) -> Iterator[Finding]:
    """`SPANWISE_*` variables that are no setting, with the closest name that is one."""
    known = variables()
    for name in sorted(setup.environ):
        if name.startswith("SPANWISE_") and name not in known:
            closest = difflib.get_close_matches(name, known, 1)
            fix = f"did you mean {closest[0]}?" if closest else f"unset {name} (`spanwise config` lists all settings)"
            yield Finding(_TOPIC, "warning", f"{name} is no setting and has no effect", fix)


def check_settings(setup: Setup) -> Iterator[Finding]:
    """The settings file, wrong values, and values that are not the default."""
    path = settings_path(setup.environ, setup.directory)
    yield Finding(_TOPIC, "ok", f"settings file: {path.absolute()}" if path else "there is no settings file")
    with logged() as lines:
        file = read_file(setup.environ, setup.directory)
        items = effective(file, setup.environ)
        refused = list(_refused(setup, file))
    for line in dict.fromkeys(lines):
        yield Finding(_TOPIC, "warning", line, "correct the value (`spanwise config` shows what is in force)")
    yield from refused
    yield from _unknown_areas(file)
    changed = [f"{item.setting.key}={item.shown} ({item.origin})" for item in items if item.origin != "default"]
    if changed:
        yield Finding(_TOPIC, "ok", "not the default: " + ", ".join(changed))
    yield from _switched_off({item.setting.key: item.value for item in items})


def _switched_off(values: Mapping[str, object]) -> Iterator[Finding]:
    if values["general.enabled"] is False:
        yield Finding(_TOPIC, "failure", "Spanwise is switched off", "unset SPANWISE_GENERAL_ENABLED")
    if values["redact.enabled"] is False:
        captured = " and prompts and completions are captured" if values["capture.content"] else ""
        text = f"redaction is switched off{captured}: personal data and secrets leave the process"
        yield Finding(_TOPIC, "warning", text, "unset SPANWISE_REDACT_ENABLED")


def _refused(setup: Setup, file: SettingsFile) -> Iterator[Finding]:
    """Settings that are well formed, and refused by the component that they are for."""
    policy, mistake = read_policy(file, setup.environ)
    if mistake:
        remedy = "SPANWISE_REDACT_KEY=<a long random text, the same in every process>"
        yield Finding(
            _TOPIC,
            "failure",
            f"{mistake}; until then every finding is masked, whatever the policy says",
            remedy if "SPANWISE_REDACT_KEY" in mistake else "correct it (docs/redaction.md)",
        )
    if policy.model and (reason := unavailable(policy.model)):
        why, _, remedy = reason.partition(": ")
        yield Finding(_TOPIC, "failure", f"redact.model {policy.model!r}: {why}; content leaves without text", remedy)
    PriceTable(load(PriceSettings, "price", file, setup.environ))  # logs what is wrong with the file of own prices


def _unknown_areas(file: SettingsFile) -> Iterator[Finding]:
    known = list(settings_areas())
    for area in file:
        if area not in known:
            closest = difflib.get_close_matches(area, known, 1)
            yield Finding(
                _TOPIC,
                "warning",
                f"`{area}` in the settings file is no area and has no effect",
                f"did you mean `{closest[0]}`?" if closest else f"the areas are: {', '.join(known)}",
            )


@contextmanager
def logged() -> Generator[list[str]]:
    """Collect what Spanwise logs, and keep it from the log itself."""
    lines: list[str] = []
    handler = _Lines(lines)
    propagated = _logger.propagate
    _logger.addHandler(handler)
    _logger.propagate = False
    try:
        yield lines
    finally:
        _logger.removeHandler(handler)
        _logger.propagate = propagated


class _Lines(logging.Handler):
    def __init__(self, lines: list[str]) -> None:
        super().__init__(logging.WARNING)
        self._lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        self._lines.append(record.getMessage().removeprefix(_PREFIX))

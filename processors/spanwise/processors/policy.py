"""The redaction policy that the settings say. One with a mistake in it never means less redaction: all is masked.

A misspelt type would otherwise leave its values to `action`, which may be `keep`.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import NamedTuple

from spanwise.core.settings import Origin, SettingsFile, environment_name, load_with_origins
from spanwise.processors.redact import Redactor, RedactSettings
from spanwise.processors.replacement import KEYED

__all__ = ["Policy", "configured_redactor", "read_policy"]

_AREA = "redact"
_ACTIONS = ("action", "actions", "places")
_NAMES = frozenset(field.name for field in fields(RedactSettings))

_logger = logging.getLogger("spanwise")


class Policy(NamedTuple):
    """Settings of redaction that can be used, and why they are not those that were given."""

    settings: RedactSettings
    mistake: str
    """Empty where the settings are as they were given, or a mistake in them makes no difference."""


def read_policy(file: SettingsFile, environ: Mapping[str, str] = os.environ) -> Policy:
    """The policy of this process: arguments are those of `spanwise.core.settings.load`.

    Where an action, a type or a place is wrong, a setting is misspelt, or a key is missing, the actions are those by
    default; further names, allowed values and limits are used as they were given.
    """
    settings, origins = load_with_origins(RedactSettings, _AREA, file, environ)
    masking = replace(settings, action="mask", actions={}, places={})
    if settings == masking:
        return Policy(settings, "")
    if wrong := _wrong(file, environ, origins):
        return Policy(masking, f"the redaction policy has a mistake ({', '.join(wrong)})")
    if not settings.key.strip() and KEYED & {settings.action, *settings.actions.values(), *settings.places.values()}:
        return Policy(masking, "redact.key (SPANWISE_REDACT_KEY) must be set for the actions hash and pseudonym")
    return Policy(settings, "")


def configured_redactor(file: SettingsFile, environ: Mapping[str, str] = os.environ) -> Redactor:
    """The redactor of this process; one line says where its policy cannot be used."""
    settings, mistake = read_policy(file, environ)
    if mistake:
        _logger.error("spanwise: %s; every finding is masked", mistake)
    return Redactor(settings)


def _wrong(file: SettingsFile, environ: Mapping[str, str], origins: Mapping[str, Origin]) -> list[str]:
    """Settings of the policy that were given and refused, and names that are no setting."""
    section = file.get(_AREA, {})
    variables = {name for name, value in environ.items() if name.startswith(environment_name(_AREA, "")) and value}
    known = {environment_name(_AREA, name): name for name in _NAMES}
    given = section.keys() | {known[name] for name in variables & known.keys()}
    refused = {f"{_AREA}.{name}" for name in _ACTIONS if name in given and origins[name] == "default"}
    unknown = {f"{_AREA}.{name}" for name in section.keys() - _NAMES} | (variables - known.keys())
    return sorted(refused | unknown)

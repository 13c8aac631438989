"""Abuse: users, tenants and API keys that use far more than they should are flagged; nobody is blocked."""

from __future__ import annotations

from spanwise.processors.abuse.limits import AbuseSettings
from spanwise.processors.abuse.step import AbuseStep

__all__ = ["AbuseSettings", "AbuseStep"]

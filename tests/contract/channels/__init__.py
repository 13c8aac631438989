"""Every way by which a text can get into telemetry, as functions of an installation and the text."""

from __future__ import annotations

from contract.channels import logs, metrics, spans, user_context, wire
from contract.channels.channel import CHANNELS, Channel, carries

__all__ = ["CHANNELS", "Channel", "carries", "logs", "metrics", "spans", "user_context", "wire"]

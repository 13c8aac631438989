"""What the texts of alerts share; Go templates in which `VALUE` is the number that the expression has."""

from __future__ import annotations

__all__ = ["COUNT", "DURATION", "PERCENT", "RATE", "TARGET", "TIMES", "USD", "WHO"]

WHO = "{{ .Labels.service_name }} ({{ .Labels.deployment_environment_name }})"
"""The service, and where it runs."""

TARGET = "{{ .Labels.job }} ({{ .Labels.instance }})"
"""What Prometheus scrapes."""

COUNT = '{{ VALUE | printf "%.0f" }}'
TIMES = f'{{{{ if eq (printf "%.0f" VALUE) "1" }}}}once{{{{ else }}}}{COUNT} times{{{{ end }}}}'
RATE = '{{ VALUE | printf "%.2f" }}'
USD = '{{ VALUE | printf "%.2f" }} USD'
PERCENT = "{{ VALUE | humanizePercentage }}"
DURATION = "{{ VALUE | humanizeDuration }}"

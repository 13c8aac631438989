"""The one source of dashboards, recording rules, alerts and runbooks; `grafana/build.py` writes the files."""

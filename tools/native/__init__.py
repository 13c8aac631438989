"""The real Collector, Tempo, Prometheus, Alertmanager and Grafana, without containers.

`modules/` pins them by version and checksum, `build` compiles them, `programs` starts them with the configuration
files that the project ships, `python -m native` shows them with traffic.
"""

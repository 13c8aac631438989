"""Who is told of an alert, when and in which words: routes, receivers and messages of Alertmanager and of Grafana."""

"""The pipeline in front of every exporter, and its steps."""

"""Where telemetry goes besides OTLP: the local store with its summary, trace view and report."""

"""Traces over OTLP/HTTP: the port `Tracer` on OpenTelemetry. Needs the extra `otel`."""

"""One verb per file. Use cases call ports and the pipeline; they know no adapter."""

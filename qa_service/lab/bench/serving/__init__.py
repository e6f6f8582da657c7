"""The service under load: a real server on loopback, the small and the large in the same run."""

"""What QA staff write (YAML) → frozen objects. Errors name file, path and fix."""

"""When things run: Prefect flows, settings, the command line."""

"""The demonstration workspace: a story, its simulated telemetry, and its people."""

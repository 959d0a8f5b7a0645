"""Runs a person's Python, or a package written with the SDK, inside the sandbox."""

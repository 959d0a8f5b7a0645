"""The outside faces: the command line, later the API and the editor."""

"""Whole processes, with their real code, in a world where chance decides what happens next."""

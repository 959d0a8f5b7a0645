"""Expressions: what they say, what they read, and how their values are found."""

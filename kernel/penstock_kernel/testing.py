"""A pytest plugin: workflow files with a `tests` block are collected as tests."""

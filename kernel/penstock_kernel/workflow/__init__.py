"""The workflow document: its shape, its checks, its graph, and the ways to change it."""

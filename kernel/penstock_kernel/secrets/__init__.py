"""Secrets that are kept outside of Penstock, named by a reference such as `vault:path#field`."""

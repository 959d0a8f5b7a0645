"""Node packages: manifests and whether they fit."""

"""Clients for other programs, written from the description of the API and from nothing else."""

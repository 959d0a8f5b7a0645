"""Imports workflows of Mini-N8N."""

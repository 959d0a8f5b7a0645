"""Imports workflows of n8n."""

"""Breaks what runs, and looks whether anything was lost or done twice."""

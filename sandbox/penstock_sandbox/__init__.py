"""Guests, runners, budgets, capabilities, host functions and the one egress."""

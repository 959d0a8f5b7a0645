"""The commands of `penstock`, one module each. Heavy imports happen inside the functions."""

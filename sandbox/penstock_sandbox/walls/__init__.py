"""The walls around a runner, and the probe that tries them."""

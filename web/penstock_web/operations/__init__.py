"""What operators watch, and what they are told."""

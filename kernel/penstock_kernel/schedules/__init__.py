"""When something is to happen: pure, and told in milliseconds since 1970."""

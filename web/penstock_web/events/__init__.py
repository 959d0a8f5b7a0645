"""Events to people who watch: over a WebSocket or a stream, with resume and without waiting."""

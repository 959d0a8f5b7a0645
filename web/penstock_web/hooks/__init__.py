"""What answers at `/hook/…`: requests from outside that start workflows."""

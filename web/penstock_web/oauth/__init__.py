"""What the browser sees when it comes back from a sign-in."""

"""Who runs what is accepted: workers, doorbells, and those that keep things in order."""

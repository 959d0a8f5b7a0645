"""Who somebody is, and how he shows it."""

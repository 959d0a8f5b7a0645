"""Pages for people who need no account: forms, and questions that an execution waits with."""

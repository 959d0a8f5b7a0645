"""The coordination of executions as a small machine, of which every state is looked at."""

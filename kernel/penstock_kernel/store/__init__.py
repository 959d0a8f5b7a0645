"""What outlives a step: the journal, state, binary data and credentials."""

"""Loading plugins, the workflow document, planning, executing, journal, store."""

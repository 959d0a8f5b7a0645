"""Node packages: found, judged and loaded into a catalogue."""

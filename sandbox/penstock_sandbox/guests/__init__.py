"""WebAssembly guests: the engine, and one driver per language."""

"""Running a workflow: the plan, one step, the engine, and what came of it."""

"""Where guests run: processes that hold nothing, or this process."""

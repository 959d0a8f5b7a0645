"""What all tests share."""

from __future__ import annotations

import signal

from hypothesis import settings

# A busy machine makes single examples slow, which says nothing about the code.
settings.register_profile("tests", deadline=None)
settings.load_profile("tests")

# Who starts the tests in the background may have them ignore Ctrl-C, and with them every program
# that they start; some of these are there to be stopped by it.
signal.signal(signal.SIGINT, signal.default_int_handler)

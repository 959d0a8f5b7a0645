"""The entry point of the Python guest: what is imported here is part of its image."""

import wit_world

# Order matters: the standard library is loaded before it is trimmed, the SDK after that.
from penstock_guest import stdlib  # noqa: F401
from penstock_guest.prelude import prepare_image
from penstock_guest.session import run

prepare_image()


class WitWorld(wit_world.WitWorld):
    """What the world exports."""

    def run(self, header: str) -> None:
        """Do one call; the instance is thrown away after it."""
        run(header)

"""`penstock bench`: the figures that Penstock promises, measured on this machine."""

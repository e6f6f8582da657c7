"""One archive that installs where there is no network: wheels, models, what is in it, and how to install it."""

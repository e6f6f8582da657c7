"""How large an installation has to be: one call measured on this machine, and the arithmetic from there."""

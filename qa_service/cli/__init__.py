"""The command line. Exit 0 done, 1 failed, 2 wrong use; documents on stdout, everything else on stderr."""

"""Web: the API, thin routes over the ports; every route says which right it wants."""

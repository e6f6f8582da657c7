"""`python -m qa_service`."""

from qa_service.cli.main import main

main()

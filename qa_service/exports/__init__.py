"""Assessments for the outside: JSON, the terminal, HTML. Texts are rendered here, nowhere deeper."""

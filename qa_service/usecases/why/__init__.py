"""Why a rule did, or did not, match an example: what was found, and which word of the rule threw it out."""

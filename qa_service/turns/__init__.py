"""Words → utterances → conversation: assembly, roles, machine lines, legs, and the measures of a call."""

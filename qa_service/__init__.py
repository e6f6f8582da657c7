"""Call quality inspection for Mandarin contact centres: recordings in, flagged moments with coaching out."""

import os

# onnxruntime brings a reporter of its own, which writes a session id into the folder for temporary files as soon as it
# is imported. Nothing of ours tells anybody anything; whoever wants to know more may set it otherwise.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

__version__ = "0.1.0"

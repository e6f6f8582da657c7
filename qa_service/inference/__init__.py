"""Models run with onnxruntime: voices as vectors."""

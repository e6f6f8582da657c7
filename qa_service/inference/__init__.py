"""Models run with onnxruntime or numpy: voices and sentences as vectors."""

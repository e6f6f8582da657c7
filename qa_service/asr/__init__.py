"""Speech to text: finding voices, packing them into windows, writing them down, and doubting the result."""

"""What the program tells about itself: numbers (metrics), lines (logs) and, where wanted, traces. Nothing personal."""

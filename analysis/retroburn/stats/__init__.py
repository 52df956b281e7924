"""What SQL cannot say: intervals, scans, seasons, decompositions. Arrays in, arrays out; nothing here reads a log."""

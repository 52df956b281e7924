"""From requests to findings: load the detectors, run them, judge all by one rule, fold what belongs together, tell it."""

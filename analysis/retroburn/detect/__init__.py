"""From requests to findings: run the detectors, judge all by one rule, fold what belongs together, tell it."""

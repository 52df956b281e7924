"""Comparisons with what else would do the job, side by side in one run. `make bench` runs them; no test is timed.

A file `bench_<name>.py` here is one comparison: it has a function `comparison(folder, spans)` that makes its input in
`folder` and returns a `Comparison`. There is no list to edit.
"""

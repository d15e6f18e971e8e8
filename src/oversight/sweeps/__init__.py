"""Designs, shards, workers, the results folder, summaries."""

from oversight.sweeps.design import Design
from oversight.sweeps.results import Results, load_results
from oversight.sweeps.runner import Checked, Finished, check, merge, run_share, run_sweep

__all__ = ["Checked", "Design", "Finished", "Results", "check", "load_results", "merge", "run_share", "run_sweep"]

"""The weights by which the evidence for a company counts, fitted by `training.calibration`."""

COMPANY_WEIGHTS = (
    -3.6, 3.0, 3.0, 1.5, -1.5, 3.6, 0.2, 0.6, 0.6, 2.0, -0.9, 0.0, -0.6, -0.5, 0.3,
)  # fmt: skip
"""In the order of `candidates.Candidate.features`."""

"""The weights by which the evidence for a company counts, fitted by `training.calibration`."""

COMPANY_WEIGHTS = (
    -4.47, 0.47, 3.13, 1.31, 0.06, 1.60, 1.30, 0.16, -1.14, 0.95, 1.49, 0.17, 0.59, -0.84, -0.14, -0.69, 2.47,
)  # fmt: skip
"""In the order of `candidates.Candidate.features`."""

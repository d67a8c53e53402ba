"""The weights by which the evidence for a company counts, fitted by `training.calibration`."""

COMPANY_WEIGHTS = (
    -3.84, 1.82, 2.34, 1.99, -1.55, 2.37, 1.15, -0.10,
    -0.46, 1.26, 2.74, -1.08, 0.89, -1.16, -1.86, 1.21,
)  # fmt: skip
"""In the order of `candidates.Candidate.features`."""

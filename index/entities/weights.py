"""The weights by which the evidence for a company counts, fitted by `training.calibration`."""

COMPANY_WEIGHTS = (
    -2.92, 1.06, 1.33, 0.98, 0.18, 3.57, 1.80, 0.38, 0.22, 0.76, -1.00, 0.15, -1.00, -0.95, 0.48,
)  # fmt: skip
"""In the order of `candidates.Candidate.features`."""

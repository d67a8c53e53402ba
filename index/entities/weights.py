"""The weights by which the evidence for a company counts, fitted by `training.calibration`."""

COMPANY_WEIGHTS = (
    -3.15, 1.70, 2.63, 0.55, 0.37, 2.07, 1.00, -0.27,
    -1.18, 1.28, 1.23, -1.12, 0.40, -1.10, 0.22, 1.32,
)  # fmt: skip
"""In the order of `candidates.Candidate.features`."""

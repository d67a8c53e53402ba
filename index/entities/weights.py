"""The weights by which the evidence for a company counts, fitted by `training.calibration`."""

COMPANY_WEIGHTS = (
    -3.00, 1.35, 2.41, 1.08, -0.67, 1.84, 1.32, -0.39,
    -1.70, 2.09, 2.19, -0.73, 0.65, -0.96, 0.03, 0.20,
)  # fmt: skip
"""In the order of `candidates.Candidate.features`."""

"""The weights by which the evidence for a company counts, fitted by `training.calibration`."""

COMPANY_WEIGHTS = (
    -4.03, 1.85, 2.36, 2.08, -1.54, 2.28, 1.09, -0.32,
    -0.48, 1.25, 2.60, -0.32, 1.11, -1.18, -1.59, 1.30,
)  # fmt: skip
"""In the order of `candidates.Candidate.features`."""

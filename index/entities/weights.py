"""The weights by which the evidence for a company counts, fitted by `training.calibration`."""

COMPANY_WEIGHTS = (
    -2.80, 1.55, 2.48, 2.41, -0.28, 1.92, 1.34, -0.22, 0.71, 1.17, -1.52, 0.22, -0.63, -2.42, -0.74,
)  # fmt: skip
"""In the order of `candidates.Candidate.features`."""

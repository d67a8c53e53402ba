"""The weights by which the evidence for a company counts, fitted by `training.calibration`."""

COMPANY_WEIGHTS = (
    -3.63, 2.47, 1.97, 1.62, -1.14, 1.22, 1.03, -0.37, 0.64, 1.58, -2.01, 0.91, -1.09, -2.06, 0.64,
)  # fmt: skip
"""In the order of `candidates.Candidate.features`."""

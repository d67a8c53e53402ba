"""The weights by which the evidence for a company counts, written by `index.entities.train`."""

COMPANY_WEIGHTS = (
    -4.66, 0.95, 2.21, 1.96, -0.19, 1.90, 1.70, 0.10, 0.37, 0.72, 0.37, -0.20, 1.25, -0.52,
    -0.44, -0.83, 1.80, 2.12,
)  # fmt: skip
"""In the order of `candidates.Candidate.features`."""

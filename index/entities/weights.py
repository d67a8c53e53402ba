"""The weights by which the evidence for a company counts, written by `index.entities.train`."""

COMPANY_WEIGHTS = (
    -4.37, 1.11, 2.14, 1.93, -0.27, 1.88, 1.59, 0.07, 0.42, 0.70, 0.81, -0.12, 0.94, -0.51,
    -0.44, -0.90, 1.76,
)  # fmt: skip
"""In the order of `candidates.Candidate.features`."""

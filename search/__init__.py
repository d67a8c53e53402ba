"""From a question to an answer: parse, evaluate, rank, count facets, cut snippets."""

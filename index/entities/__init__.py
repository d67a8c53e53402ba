"""From an article to the people and companies it names."""

"""The page in a browser: the actors playing, the map of policies, comparisons, results, scenarios."""

"""Benchmarks: Charley compared with other bots in the same run. ``make bench`` runs all of them."""

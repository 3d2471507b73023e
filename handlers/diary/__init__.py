"""The cramp diary: one file for each thing that a person can do with it."""

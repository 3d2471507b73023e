"""The image, built and run as operators run it: ``python -m tests.campaigns.image``."""

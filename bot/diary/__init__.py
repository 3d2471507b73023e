"""The pure middle of the diary: how an entry reads, what a sentence says of a cramp, and what entries add up to."""

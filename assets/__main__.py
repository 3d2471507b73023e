"""`python -m assets`: make every PNG from its SVG."""

from assets import make

for picture in make():
    print(f"{picture.name}  {picture.stat().st_size / 1000:.1f} kB")

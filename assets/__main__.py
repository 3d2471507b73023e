"""Make every PNG from its SVG: ``python -m assets``."""

from assets import make

for picture in make():
    print(f"{picture.name}  {picture.stat().st_size / 1000:.1f} kB")

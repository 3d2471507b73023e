"""The top-level domains that Telegram knows: ``python -m assets.top_level_domains`` writes their list.

The simulator takes "leg.cramp" for a link if "cramp" is in this list. TDLib has such a list and does not show it. So it
is asked about each domain of the Public Suffix List (https://publicsuffix.org), and about each that is in the file:
TDLib goes on to know domains that no longer exist.
"""

from importlib.resources import files
from pathlib import Path

import orjson
import tdjson

import simulator.markup

FILE = Path(simulator.markup.__file__).with_name("top_level_domains.txt")
END_OF_REGISTRIES = "// ===END ICANN DOMAINS==="
"""Behind this line are the domains of companies, in which anybody can have one."""


def known() -> list[str]:
    """Return every domain that TDLib knows, in the order of their letters."""
    candidates = {*public(), *FILE.read_text(encoding="utf-8").split()}
    return sorted(domain for domain in candidates if is_known(domain))


def public() -> set[str]:
    """Return the top-level domains of the Public Suffix List."""
    path = files("publicsuffixlist").joinpath("public_suffix_list.dat")
    lines = path.read_text(encoding="utf-8").partition(END_OF_REGISTRIES)[0].splitlines()
    return {line.rpartition(".")[2] for line in lines if line and not line.startswith("//")}


def is_known(domain: str) -> bool:
    """Return whether TDLib detects a link that ends with this domain."""
    response = tdjson.td_execute(orjson.dumps({"@type": "getTextEntities", "text": f"a.{domain}"}))
    return response is not None and bool(orjson.loads(response)["entities"])


def write() -> None:
    """Write the list, one domain a line."""
    FILE.write_text("".join(f"{domain}\n" for domain in known()), encoding="utf-8")


if __name__ == "__main__":
    write()
    print(f"{FILE.name}  {len(FILE.read_text(encoding='utf-8').split())} domains")

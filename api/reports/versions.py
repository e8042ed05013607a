"""What a report is made with: versions of all that its bytes depend on beside its values."""

import platform
from importlib.metadata import PackageNotFoundError, version

#: What readers need to know that a report scores people alone.
PEOPLE_ALONE = "people"
_LIBRARIES = ("numpy", "scipy", "altair", "vl-convert-python", "pyarrow", "babel", "typst")


def made_with(*, plays: bool = True) -> dict[str, str]:
    """Give the versions of what reports are made with, the platform, and what was left out.

    Args:
        plays: whether the model and other voices are scored.
    """
    found = {"kizashi": version("kizashi"), "python": platform.python_version()}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:  # an extra that is not installed
            continue
    found["platform"] = f"{platform.system()}-{platform.machine()}"
    return found | ({} if plays else {"scores": PEOPLE_ALONE})

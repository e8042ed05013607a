"""Files that come with the program: templates, styles, translations."""

from pathlib import Path


def shipped_file(name: str) -> Path:
    """Give the path of a shipped file, such as templates/base.html."""
    return Path(__file__).parent / name

"""Folders of a report's files: there whole, or not at all."""

import os
import shutil
from pathlib import Path
from tempfile import mkdtemp


def write_folder(folder: Path, files: dict[str, bytes]) -> None:
    """Write files into a new folder: it is there whole, or not at all."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    rough = Path(mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        for name, content in files.items():
            with (rough / name).open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        rough.chmod(0o755)
        rough.rename(folder)
    except BaseException:
        shutil.rmtree(rough, ignore_errors=True)
        raise
    _sync(folder.parent)


def read_folder(folder: Path) -> dict[str, bytes]:
    """Read the files of such a folder."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def _sync(folder: Path) -> None:
    """Make a rename durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

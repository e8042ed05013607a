"""Atom 1.0 (RFC 4287): stories as a feed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from api.push.stories import Story

_NAMESPACE = "http://www.w3.org/2005/Atom"
#: Characters that no XML 1.0 document may hold, in whatever form.
_IMPOSSIBLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: When nothing has happened yet, a feed must still say when that was so.
_BEGINNING = "1970-01-01T00:00:00Z"


@dataclass(frozen=True, slots=True)
class Channel:
    """What a feed is: its stable id, title, own address, page, and language."""

    id: str
    title: str
    address: str
    page: str
    base: str
    language: str


def write_atom(channel: Channel, stories: Sequence[Story]) -> bytes:
    """Write a feed."""
    ET.register_namespace("", _NAMESPACE)
    feed = ET.Element(_name("feed"), {"xml:lang": channel.language})
    _add(feed, "id", channel.id)
    _add(feed, "title", channel.title)
    _add(feed, "updated", max((story.at for story in stories), default=_BEGINNING))
    ET.SubElement(feed, _name("link"), {"rel": "self", "href": channel.address})
    page = {"rel": "alternate", "type": "text/html", "href": channel.page}
    ET.SubElement(feed, _name("link"), page)
    _add(ET.SubElement(feed, _name("author")), "name", "Kizashi")
    _add(feed, "generator", "Kizashi")
    for story in stories:
        _add_entry(feed, channel, story)
    body: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return body


def _add_entry(feed: ET.Element, channel: Channel, story: Story) -> None:
    """Add a story."""
    entry = ET.SubElement(feed, _name("entry"))
    _add(entry, "id", story.id)
    _add(entry, "title", story.title)
    _add(entry, "updated", story.at)
    _add(entry, "published", story.at)
    address = f"{channel.base}{story.page}"
    ET.SubElement(entry, _name("link"), {"rel": "alternate", "href": address})
    content = ET.SubElement(entry, _name("content"), {"type": "text"})
    content.text = _possible("\n".join(story.sentences) or story.title)


def _add(parent: ET.Element, name: str, text: str) -> None:
    """Add an element of text."""
    ET.SubElement(parent, _name(name)).text = _possible(text)


def _name(name: str) -> str:
    """Give a name of Atom's."""
    return f"{{{_NAMESPACE}}}{name}"


def _possible(text: str) -> str:
    """Leave out what XML cannot hold."""
    return _IMPOSSIBLE.sub("", text)

"""Pages as tests read them: tags and text, without a browser."""

from html.parser import HTMLParser

from starlette.testclient import TestClient

BROWSER = {"Accept": "text/html,application/xhtml+xml"}


class Page(HTMLParser):
    """A page as a list of its tags, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def all(self, tag: str, **wanted: str) -> list[dict[str, str]]:
        return [a for t, a in self.tags if t == tag and wanted.items() <= a.items()]

    @property
    def refused(self) -> list[tuple[str, dict[str, str]]]:
        """What the policy stops: scripts that are not files of ours, styles, handlers in tags."""
        return [
            (tag, a)
            for tag, a in self.tags
            if (tag == "script" and not a.get("src", "").startswith(("/static/", "/charts.js")))
            or tag == "style"
            or "style" in a
            or any(name.startswith("on") for name in a)
        ]


def page(client: TestClient, path: str, language: str = "en") -> Page:
    answer = client.get(path, headers=BROWSER | {"Accept-Language": language})
    assert answer.status_code == 200, answer.text
    return Page(answer.text)

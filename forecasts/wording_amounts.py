"""How much a question asks for: thresholds with unit and direction, in English and Japanese."""

import re
from dataclasses import dataclass
from typing import Literal

#: up: the value or more; down: the value or less; at: exactly it, or nobody says.
Direction = Literal["up", "down", "at"]
Contrast = Literal[
    "none", "same", "inside", "around", "opposite", "apart", "open", "one_sided", "other"
]
_SCALES = {
    "k": 1e3,
    "thousand": 1e3,
    "m": 1e6,
    "mn": 1e6,
    "million": 1e6,
    "b": 1e9,
    "bn": 1e9,
    "billion": 1e9,
    "t": 1e12,
    "tn": 1e12,
    "trillion": 1e12,
    "千": 1e3,
    "万": 1e4,
    "百万": 1e6,
    "億": 1e8,
    "兆": 1e12,
    "": 1.0,
}
_UNITS = (
    ("usd", r"\$|usd|dollars?|米?ドル"),
    ("eur", r"€|eur|euros?|ユーロ"),
    ("gbp", r"£|gbp|pounds?|ポンド"),
    ("jpy", r"[¥]|jpy|yen|円"),
    ("cny", r"yuan|rmb|人民元|元"),
    ("bps", r"bps|bp|basis points?|ベーシスポイント"),
    ("percent", r"%|percent(?:age points?)?|パーセント|ポイント"),
)
_UNIT = "|".join(f"(?P<{name}>{pattern})" for name, pattern in _UNITS)
_NUMBER = re.compile(
    r"(?P<sign>[$€£¥])?(?P<number>\d[\d,]*(?:\.\d+)?)"
    r"(?:\s?(?P<scale>(?:thousand|million|billion|trillion|bn|mn|tn|[kmbt])(?![a-z])|千|百万|万|億|兆))?"
    rf"(?P<plus>\+)?(?:\s?(?:{_UNIT}))?(?P<plus_after>\+)?",
    re.IGNORECASE,
)
_WORDS = {
    word: number
    for number, word in enumerate(
        ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"], start=2
    )
}
#: "At least once" is the event itself.
_EXISTS = re.compile(
    r"\bat least once\b|\bonce or more\b|少なくとも1回|1回以上|一度(?:でも|も)", re.IGNORECASE
)
#: What one of something costs: the one is no threshold.
_PER_ONE = re.compile(
    r"1(?:ドル|ユーロ|ポンド|オンス|バレル|株|トロイオンス)\s?=?\s?|\b1 (?:usd|eur|btc) = ",
    re.IGNORECASE,
)
_UP_BEFORE = re.compile(
    r"(?P<strict>\babove|\bover|\bmore than|\bexceed(?:s|ing)?|\bgreater than|\bhigher than|\btops?|\bsurpass(?:es)?|>(?!=))"
    r"|(?P<touched>\breach(?:es)?|\bhits?)|\bat or above|\bat least|>=|≥|少なくとも|no (?:less|fewer) than",
    re.IGNORECASE,
)
_DOWN_BEFORE = re.compile(
    r"(?P<strict>(?<!or )\bbelow|\bunder|\bless than|\bfewer than|\blower than|<(?!=))"
    r"|\bat or below|\bat most|\bno (?:more|higher) than|(?P<touched>\b(?:dips?|falls?|drops?|declines?) to)|<=|≤",
    re.IGNORECASE,
)
_UP_AFTER = re.compile(
    r"^\s?(?:.{0,6}?(?P<strict>を?超|を?上回|より(?:大き|高|多))|\+|or (?:more|greater|higher|above|over)|\w{0,3}以上|(?P<touched>.{0,6}?に(?:達|到達|乗)))"
)
_DOWN_AFTER = re.compile(
    r"^\s?(?:.{0,6}?(?P<strict>未満|を?下回|を?割|より(?:小さ|低|少な))|or (?:less|lower|fewer|below|under)|\w{0,3}以下|(?P<touched>.{0,6}?に(?:下落|下が)))"
)
#: A number that stands right behind a name is part of it: Claude 5, Nikkei 225, アルテミス2.
_NAME_BEFORE = re.compile(r"(?:\b[A-Z][\w&]*\s|[ァ-ヶー]\s?)$")
_PARTICLE_OR_SPACE = re.compile(r"^(?:[をはがのにとでも、?\s]|$)")
#: So far before a number its direction may stand, in characters.
_REACH = 28


@dataclass(frozen=True, slots=True)
class Amount:
    """A threshold: 150,000 USD or more, strictly or not; `touched`: once is enough."""

    value: float
    unit: str
    direction: Direction
    strict: bool = False
    touched: bool = False

    @property
    def words(self) -> str:
        """The threshold as a person reads it."""
        sign = {"up": ">" if self.strict else "≥", "down": "<" if self.strict else "≤", "at": "="}
        number = f"{self.value:,.0f}" if self.value.is_integer() else f"{self.value:,g}"
        return f"{sign[self.direction]} {number} {self.unit}".strip()


def read_amounts(text: str) -> tuple[tuple[Amount, ...], str]:
    """Read the thresholds of a wording without dates, and give it without them.

    >>> [one.words for one in read_amounts("Will BTC hit $150k?")[0]]
    ['≥ 150,000 usd']
    >>> [one.words for one in read_amounts("ビットコインは10万ドルを下回るか")[0]]
    ['< 100,000 usd']
    """
    text = _EXISTS.sub(" ", _PER_ONE.sub("", text))
    text = re.sub(r"(?<=\b)twice\b", "2 times", text, flags=re.IGNORECASE)
    text = re.sub(
        rf"\b({'|'.join(_WORDS)})\b(?= )",
        lambda m: str(_WORDS[m[1].lower()]),
        text,
        flags=re.IGNORECASE,
    )
    amounts: list[Amount] = []
    plain, since = "", 0
    for match in _NUMBER.finditer(text):
        amount = _amount(match, text)
        if amount is not None:
            amounts.append(amount)
            plain += text[since : match.start()] + " "
            since = match.end()
    return tuple(amounts), plain + text[since:]


def _amount(match: re.Match[str], text: str) -> Amount | None:
    """Give a number as a threshold; None if it belongs to a name or to nothing."""
    before, after = text[max(0, match.start() - _REACH) : match.start()], text[match.end() :]
    if re.match(r"(?:st|nd|rd|th)\b", after) or re.search(r"[A-Za-z][-.]?$", before):
        return None
    unit = next((name for name, _ in _UNITS if match[name]), "")
    if match["sign"]:
        unit = {"$": "usd", "€": "eur", "£": "gbp", "¥": "jpy"}[match["sign"]]
    direction, strict, touched = _direction(before, match, after)
    is_marked = bool(unit or match["scale"] or direction != "at")
    is_named = _NAME_BEFORE.search(before) and _PARTICLE_OR_SPACE.match(after)
    has_cue_after = _UP_AFTER.match(after) or _DOWN_AFTER.match(after)
    if is_named and not (unit or match["scale"] or has_cue_after):
        return None
    if not is_marked and not re.search(r"[a-zぁ-ん] ?$", before):
        return None
    value = float(match["number"].replace(",", "")) * _SCALES[(match["scale"] or "").lower()]
    return Amount(value, unit, direction, strict, touched)


def _direction(before: str, match: re.Match[str], after: str) -> tuple[Direction, bool, bool]:
    """Find which way a threshold goes: what follows it says it first, then the nearest before."""
    if match["plus"] or match["plus_after"]:
        return "up", False, False
    for direction, pattern in (("up", _UP_AFTER), ("down", _DOWN_AFTER)):
        found = pattern.match(after)
        if found:
            way: Direction = "up" if direction == "up" else "down"
            return way, bool(found["strict"]), bool(found["touched"])
    ups, downs = list(_UP_BEFORE.finditer(before)), list(_DOWN_BEFORE.finditer(before))
    last_up = ups[-1].end() if ups else -1
    last_down = downs[-1].end() if downs else -1
    if max(last_up, last_down) < 0:
        return "at", False, False
    if last_up > last_down:
        return "up", bool(ups[-1]["strict"]), bool(ups[-1]["touched"])
    return "down", bool(downs[-1]["strict"]), bool(downs[-1]["touched"])


def compare_amounts(left: tuple[Amount, ...], right: tuple[Amount, ...]) -> Contrast:
    """Say how two sets of thresholds lie: inside means that the left one implies the right one.

    >>> compare_amounts((Amount(150, "usd", "up"),), (Amount(120, "usd", "up"),))
    'inside'
    """
    if not left and not right:
        return "none"
    if not left or not right:
        return "one_sided"
    only_left = [one for one in left if not any(_equal(one, other) for other in right)]
    only_right = [one for one in right if not any(_equal(one, other) for other in left)]
    if not only_left and not only_right:
        return "same"
    if len(only_left) == len(only_right) == 1:
        return _compare(only_left[0], only_right[0])
    return "other"


def _same_unit(left: Amount, right: Amount) -> bool:
    return left.unit == right.unit or not left.unit or not right.unit


def _equal(left: Amount, right: Amount) -> bool:
    is_close = abs(left.value - right.value) <= 1e-9 * max(abs(left.value), abs(right.value))
    return is_close and _same_unit(left, right) and left.direction == right.direction


def _compare(left: Amount, right: Amount) -> Contrast:  # noqa: PLR0911  # one line a case
    """Compare two thresholds that are not equal."""
    if not _same_unit(left, right):
        return "other"
    if left.direction == right.direction:
        if left.direction == "at":
            return "apart"
        is_inside = (left.value > right.value) == (left.direction == "up")
        return "inside" if is_inside else "around"
    if "at" in (left.direction, right.direction):
        return "other"
    if left.touched or right.touched:
        return "open"
    up, down = (left, right) if left.direction == "up" else (right, left)
    if up.value == down.value:
        return "opposite"
    return "apart" if up.value > down.value else "open"

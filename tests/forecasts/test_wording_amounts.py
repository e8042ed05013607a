import pytest

from forecasts.wording_amounts import compare_amounts, read_amounts


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Will BTC hit $150k?", ["≥ 150,000 usd"]),
        ("above $1.5 trillion?", ["> 1,500,000,000,000 usd"]),
        ("at or below 3.25%?", ["≤ 3.25 percent"]),
        ("3.0% or lower?", ["≤ 3 percent"]),
        ("dip to $55,000?", ["≤ 55,000 usd"]),
        ("cut rates at least twice?", ["≥ 2"]),
        ("at least once?", []),
        ("50+ bps", ["≥ 50 bps"]),
        ("10万ドルに達するか", ["≥ 100,000 usd"]),
        ("4万円を下回るか", ["< 40,000 jpy"]),
        ("3,800億元以上か", ["≥ 380,000,000,000 cny"]),
        ("1ドル=150円以上となるか", ["≥ 150 jpy"]),
        ("Will Claude 5 be released?", []),
        ("DeepSeek R2 or GPT-6", []),
        ("アルテミス2は打ち上げられるか", []),
        ("Nikkei 225 above 50,000?", ["> 50,000"]),
        ("the 25th Amendment", []),
    ],
)
def test_thresholds_are_read_with_unit_and_direction(text, words):
    assert [amount.words for amount in read_amounts(text)[0]] == words


@pytest.mark.parametrize(
    ("left", "right", "contrast"),
    [
        ("above 150", "above 120", "inside"),
        ("below 120", "below 150", "inside"),
        ("above 120", "above 150", "around"),
        ("above 3%", "3% or lower", "opposite"),
        ("above 150", "below 120", "apart"),
        ("above 120", "below 150", "open"),
        ("reach $140", "dip to $140", "open"),  # both may happen
        ("above $5", "above 5%", "other"),
        ("above 5", "", "one_sided"),
        ("", "", "none"),
        ("150k or more", "at least 150,000", "same"),
    ],
)
def test_how_thresholds_lie(left, right, contrast):
    assert compare_amounts(read_amounts(left)[0], read_amounts(right)[0]) == contrast

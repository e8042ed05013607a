"""Examples in the pages run, and print what the page says of them."""

import re
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "skill.md"


def test_the_example_of_skill_ranks_who_sees_much_before_who_sees_nothing(capsys):
    code = re.search(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)

    exec(compile(str(code[1]), str(PAGE), "exec"), {})  # our own page

    told = capsys.readouterr().out.splitlines()
    assert [line.split("'")[1] for line in told] == ["person 0", "person 1", "person 2"]

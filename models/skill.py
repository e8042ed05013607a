"""How good each forecaster is, in bits per question, by NUTS: the reference for the fast estimate.

The fast one, which boards use, is in forecasts/skill.py.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pymc as pm
import pytensor.tensor as pt
import xarray as xr

from forecasts.differences import Differences
from forecasts.outcomes import Indices
from forecasts.skill import SPREAD_SCALE, Skill, noise_of_coverage

#: Spread of the noise between questions, in log units, where questions differ in it.
QUESTION_SPREAD = 0.5
#: Scale, in bits, of a forecaster's shift on a topic, and on a block of linked questions.
SHIFT_SCALE = 0.2


@dataclass(frozen=True, slots=True, eq=False)
class SkillData:
    """Leads over the others, and what may explain them.

    Attributes:
        rows: one for each forecaster on each question.
        forecasters: their names.
        degrees_of_freedom: of Student's t noise; infinite is Normal noise.
        questions_differ: whether each question has a noise of its own.
        topics, blocks: of each row's question, as whole numbers; None: no such shifts.
    """

    rows: Differences
    forecasters: Sequence[str]
    degrees_of_freedom: float = math.inf
    questions_differ: bool = False
    topics: Indices | None = None
    blocks: Indices | None = None


def build(data: SkillData) -> pm.Model:
    """Give the model of skill: lead ~ t(skill + shifts, noise by coverage), in bits."""
    rows = data.rows
    questions, question = np.unique(rows.question, return_inverse=True)
    coords = {"forecaster": list(data.forecasters), "question": questions}
    with pm.Model(coords=coords) as model:
        spread = pm.HalfNormal("spread", SPREAD_SCALE)
        # Non-centred where rows are few: else spread and skill make a funnel.
        deviation = pm.Normal("deviation", 0.0, 1.0, dims="forecaster")
        skill = pm.Deterministic("skill", spread * deviation, dims="forecaster")
        centre = skill[rows.forecaster]
        for name, groups in (("topic", data.topics), ("block", data.blocks)):
            if groups is not None:
                centre += _shifts(name, rows.forecaster, groups)
        noise = pm.Normal("log_noise", 0.0, 1.0)
        if data.questions_differ:
            noise += QUESTION_SPREAD * pm.Normal("noisier", 0.0, 1.0, dims="question")[question]
        scale = pt.exp(noise) * np.sqrt(noise_of_coverage(rows.coverage))
        if math.isinf(data.degrees_of_freedom):
            pm.Normal("lead", centre, scale, observed=rows.bits)
        else:
            nu = data.degrees_of_freedom
            pm.StudentT("lead", nu=nu, mu=centre, sigma=scale, observed=rows.bits)
    return model


def skill_of(posterior: xr.Dataset, data: SkillData) -> Skill:
    """Give the posterior of the model that `build` gives as joint draws."""
    draws = posterior["skill"].stack(sample=("chain", "draw"), create_index=False)
    met = np.bincount(data.rows.forecaster, minlength=len(data.forecasters))
    return Skill(draws.transpose("sample", "forecaster").to_numpy(), met)


def _shifts(name: str, forecaster: Indices, groups: Indices) -> Any:
    """Shift of each row's forecaster on its topic or block, drawn towards none."""
    pairs, pair = np.unique(np.stack([forecaster, groups]), axis=1, return_inverse=True)
    scale = pm.HalfNormal(f"{name}_spread", SHIFT_SCALE)
    shift = pm.Normal(f"{name}_shift", 0.0, 1.0, shape=pairs.shape[1])
    return (scale * shift)[pair.ravel()]

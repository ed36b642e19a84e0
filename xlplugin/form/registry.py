"""Which forms there are, and which one is in force for a report year.

A further form is a further YAML file: in this folder, or in a folder named by XLPLUGIN_FORMS.
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from xlplugin.errors import BadForm, UnknownForm
from xlplugin.form.model import Form

HERE = Path(__file__).parent
_NOT_FORMS = {"crosswalk.yaml"}


def load_form(path: Path) -> Form:
    """Read and check one form file.  Raises BadForm, saying in which file and at which line of thought it fails."""
    try:
        return Form.model_validate(read_yaml(path))
    except ValidationError as error:
        faults = "；".join(f"{'.'.join(map(str, e['loc'])) or '全文'}：{e['msg']}" for e in error.errors()[:5])
        raise BadForm(f"表式文件 {path.name} 有误：{faults}") from error


def read_yaml(path: Path) -> Any:
    """The content of a YAML file, by the C parser where there is one.  Raises BadForm."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return yaml.load(path.read_text("utf-8"), Loader=loader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadForm(f"表式文件 {path.name} 读不出来：{error}") from error


def forms() -> dict[str, Form]:
    """Every known form by id, oldest first."""
    return _forms(os.environ.get("XLPLUGIN_FORMS", ""))


@lru_cache(maxsize=8)
def _forms(extra: str) -> dict[str, Form]:
    folders = [HERE, *(Path(p) for p in extra.split(os.pathsep) if p)]
    found = [load_form(f) for d in folders for f in sorted(d.glob("*.yaml")) if f.name not in _NOT_FORMS]
    return {f.id: f for f in sorted(found, key=lambda f: f.years.first)}


def form(form_id: str) -> Form:
    """The form of this id.  Raises UnknownForm."""
    known = forms()
    if form_id not in known:
        raise UnknownForm(f"没有“{form_id}”这种表式；可用的有：{'、'.join(known)}。")
    return known[form_id]


def form_for(year: int) -> Form:
    """The form in force for a report year (the year reported on).  Raises UnknownForm before 2019.

    Before 2019 the tables were those of 国办发〔2014〕32号, which are out of scope.
    """
    in_force = [f for f in forms().values() if year in f.years]
    if not in_force:
        raise UnknownForm(f"{year} 年没有统一的年报表式（2019 年起才有），请核对年度。")
    return in_force[-1]

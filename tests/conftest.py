"""What all tests share."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# A loaded machine is no failure, so no deadline; --hypothesis-profile=thorough looks ten times as long.
settings.register_profile("quick", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("thorough", settings.get_profile("quick"), max_examples=1000)
settings.load_profile("quick")


@pytest.fixture(scope="session")
def seeds() -> Path:
    """The folder of published reports that were kept as samples; skips where the project stands alone."""
    folder = Path(__file__).parents[2] / "shared" / "seeds"
    if not folder.is_dir():
        pytest.skip("没有样本文件夹 ../shared/seeds")
    return folder


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """With `pytest -n 2`; another --dist that was asked for is left as it is."""
    if config.getoption("dist") != "load":
        return None
    from tests.scheduling import FilesAndScreen

    return FilesAndScreen(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if hasattr(config, "workerinput"):  # one of several processes
        from tests.scheduling import turn

        items.sort(key=lambda item: turn(item.nodeid))

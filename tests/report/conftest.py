"""Results that several tests of the report read."""

from __future__ import annotations

from pathlib import Path

import pytest
from written import EXPERIMENT, TIPPING, swept


@pytest.fixture(scope="session")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return swept(tmp_path_factory.mktemp("trial"), EXPERIMENT)


@pytest.fixture(scope="session")
def tipping(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return swept(tmp_path_factory.mktemp("tipping"), TIPPING)

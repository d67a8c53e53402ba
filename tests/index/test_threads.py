"""Numbers are computed in the thread that asks for them, unless the user wants otherwise."""

from __future__ import annotations

import os

import pytest

from index.threads import THREAD_VARIABLES, keep_to_one_thread


def test_numpy_is_kept_to_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in THREAD_VARIABLES:
        monkeypatch.setenv(variable, "")
        monkeypatch.delenv(variable)
    keep_to_one_thread()
    assert {os.environ[variable] for variable in THREAD_VARIABLES} == {"1"}


def test_a_number_that_the_user_has_set_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(THREAD_VARIABLES[0], "3")
    for variable in THREAD_VARIABLES[1:]:
        monkeypatch.setenv(variable, "1")
    keep_to_one_thread()
    assert os.environ[THREAD_VARIABLES[0]] == "3"

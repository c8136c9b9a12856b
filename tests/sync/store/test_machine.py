"""What is known of other processes, and the clock that nobody sets."""

import subprocess
import sys
import time
from dataclasses import replace

import pytest

from hypercare_sync.store import machine
from hypercare_sync.store.machine import Process


def test_we_are_alive() -> None:
    assert not Process.this().surely_dead()


def test_number_that_nobody_has_is_dead() -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    assert replace(Process.this(), pid=process.pid).surely_dead()


def test_another_machines_is_not_known_to_be_dead() -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    assert not replace(Process.this(), pid=process.pid, host="elsewhere").surely_dead()


def test_without_proc_a_number_is_enough(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setattr(machine, "_PROC", tmp_path)
    this = Process.this()
    assert (this.boot, this.started) == (None, None)
    assert not this.surely_dead()
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    assert replace(this, pid=process.pid).surely_dead()


def test_clock_counts_seconds() -> None:
    before = machine.boot_clock()
    time.sleep(0.01)
    assert 0.01 <= machine.boot_clock() - before < 5

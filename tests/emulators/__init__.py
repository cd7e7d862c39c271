"""Tests against two emulators of API Gateway; `run.py` starts the emulators, then these tests."""

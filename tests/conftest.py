"""What holds for all tests: how Hypothesis runs."""

from hypothesis import HealthCheck, settings

# Machines differ, and are busy with other things: no test fails for the time that it took.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

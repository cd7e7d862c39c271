"""The example at work on this machine: table, gateway and page, started together and stopped together."""

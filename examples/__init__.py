"""CDK apps to read, run and copy from; `make synth` runs the first one, `examples.quickstart`."""

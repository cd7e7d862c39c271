"""A template's APIs over HTTP, on this machine: what a real browser can be pointed at.

Every answer is the pipeline's of `cors_constructs.simulate.gateway`; what is here brings it requests and calls
backends. The extra `serve` installs what this room needs beside the library.
"""

"""Velocity, the language of mapping templates, with Java's values: what API Gateway runs.

https://docs.aws.amazon.com/apigateway/latest/developerguide/models-mappings.html. What is said of Velocity here was
seen on Apache Velocity 1.7; `tests/velocity` asks it again. Nothing in this room knows requests or answers.
"""

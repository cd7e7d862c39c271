"""Every entrance gives the same verdicts: one API, built in every way there is, and asked the same by the same pages.

To be read in this order:

- `description`: the API, as data: paths, verbs, what asks for no key;
- `terms`: the policies it is built with;
- `entrances`, and the modules it collects: the ways to build it, a table;
- `matrix`: what pages ask of it, and what they see;
- `differences`: where an entrance may answer otherwise than `CorsRestApi` does, each with its reason;
- `test_verdicts` and `test_guarantees`: the comparison, and what else holds for each entrance.
"""

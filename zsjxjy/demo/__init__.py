"""The made-up city of the demo: units, people, accounts and claims, all of it written through the commands.

`staff`, `people` and `claims` plan what happens, each a list of `Step`s with its moment, and `load` lets it happen.
Nothing here is true of anybody. One seeded generator draws every figure and name, so the same day makes the same city.
"""

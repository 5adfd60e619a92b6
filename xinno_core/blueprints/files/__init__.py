"""Reading a YAML file into a checked form, with the line of everything that is wrong.

Blueprints and exercises are both read this way; nothing here knows what either of them means.
"""

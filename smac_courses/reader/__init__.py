"""Markdown and YAML to the model. The only package that knows `markdown`."""

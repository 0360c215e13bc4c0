"""Opportunities and the stages that they pass.

URL: /pipeline
"""

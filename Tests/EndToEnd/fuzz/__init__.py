"""Requests that nobody would write, made of ones that somebody does: `script/fuzz`, and its short form as a test."""

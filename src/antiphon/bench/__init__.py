"""Benchmarks that a user can run: what streaming, drafting and the runtime itself are worth and cost."""

"""Speech recognisers, language models, voices and their helpers."""

"""Ways for audio to come in and go out."""

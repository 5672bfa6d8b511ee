"""The server against clients that mean it harm, and what its refusals take."""

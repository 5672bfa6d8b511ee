"""A client in Python for an Antiphon server.

```python
async with connect("ws://127.0.0.1:8080/ws") as call:
    await call.send_text("When are you open?")
    async for told in call:
        ...
```
"""

from __future__ import annotations

from antiphon.client.connection import ClientCall, Heard, connect

__all__ = ["ClientCall", "Heard", "connect"]

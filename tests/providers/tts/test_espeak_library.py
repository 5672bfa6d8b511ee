import json
import subprocess
import sys

import pytest

pytestmark = pytest.mark.embedded

# In a process of its own, as the library always is.
PROGRAM = """
import json
from antiphon.providers.tts.espeak_library import Library

library = Library()
said = []
library.use_voice(library.languages()["en-gb"])
library.set_parameter("rate", 165)
library.synthesise("hello there", lambda audio, words: said.append((len(audio) // 2, words)) or True)
stopped = []
library.synthesise("hello there, and more", lambda audio, words: stopped.append(len(audio)) and False)
print(json.dumps({
    "rate_hz": library.rate_hz,
    "languages": library.languages(),
    "variants": sorted(library.variants()),
    "unknown": library.use_voice("no/such-voice"),
    "samples": sum(count for count, _ in said),
    "words": [word for _, words in said for word in words],
    "stopped": len(stopped),
}))
"""


def test_the_library_speaks_tells_words_and_can_be_stopped() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    facts = json.loads(done.stdout)
    assert facts["rate_hz"] == 22_050
    assert {"en-gb", "en-us", "de"} <= facts["languages"].keys()
    assert {"f3", "m3"} <= set(facts["variants"])
    assert facts["unknown"] is False
    assert 0.3 < facts["samples"] / 22_050 < 2
    assert [character for character, _ in facts["words"]] == [0, 6]
    assert 0 == facts["words"][0][1] < facts["words"][1][1] < facts["samples"]
    assert facts["stopped"] == 1

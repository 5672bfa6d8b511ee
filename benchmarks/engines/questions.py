"""How well questions about the sample handbook are heard, and how often the right answer is given to them.

    python -m benchmarks.engines.questions [--general] [--show]

The questions in ``questions.txt`` are spoken by the embedded voice in several accents. The answer is right
when it is the one that is given to the question as it is written. ``--general`` has the recogniser do
without the handbook; ``--show`` prints what was heard wrong.
"""

from __future__ import annotations

import argparse
import asyncio
from importlib.resources import files
from pathlib import Path

from benchmarks.engines.measuring import Errors, recognise, spoken

from antiphon.core.messages import Message
from antiphon.providers.base import LLMRequest, TextDelta
from antiphon.providers.llm.handbook import HandbookLLM
from antiphon.providers.stt.pocketsphinx import PocketSphinxSTT
from antiphon.providers.tts.espeak import EspeakTTS, EspeakVoice

VOICES = (("en-us", 150), ("en-us+f3", 150), ("en-us+m3", 170), ("en-gb", 150), ("en-gb-x-rp", 160))
QUESTIONS = [
    line
    for line in (Path(__file__).parent / "questions.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


async def answer(llm: HandbookLLM, question: str) -> str:
    request = LLMRequest((Message("user", question),))
    return "".join([event.text async for event in llm.stream(request) if isinstance(event, TextDelta)])


async def measure(*, general: bool, show: bool) -> None:
    handbook = files("antiphon").joinpath("data/kiosk.md").read_text(encoding="utf-8")
    stt, llm = PocketSphinxSTT(handbook=None if general else handbook), HandbookLLM(handbook)
    await stt.warm()
    for voice, rate in VOICES:
        tts = EspeakTTS(EspeakVoice(voice, rate))
        errors, exact, right = Errors(), 0, 0
        for question in QUESTIONS:
            heard = await recognise(stt, await spoken(tts, question), real_time=False)
            errors.add(question, heard.text)
            exact += heard.text == question
            right += await answer(llm, heard.text) == await answer(llm, question)
            if show and heard.text != question:
                print(f"  {question} -> {heard.text}")
        await tts.aclose()
        print(
            f"{voice:11} at {rate}: WER {errors.percent:4.1f} %, {exact} of {len(QUESTIONS)} word for word, "
            f"{right} answered right"
        )
    await stt.aclose()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--general", action="store_true")
    parser.add_argument("--show", action="store_true")
    arguments = parser.parse_args()
    asyncio.run(measure(general=arguments.general, show=arguments.show))

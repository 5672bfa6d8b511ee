"""On a small ONNX made here, of the same form as the real one."""

from __future__ import annotations

import asyncio
import sys
import threading
from pathlib import Path
from types import ModuleType

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from antiphon.errors import ConfigError, MissingExtraError, ProviderError, ProviderProtocolError
from antiphon.providers.base import ProviderContext, TurnModel
from antiphon.providers.registry import create_turn_model
from antiphon.providers.spec import ProviderSpec
from antiphon.providers.turn.smart_turn import (
    DEFAULT_FILE,
    FRAMES,
    INPUT,
    RATE_HZ,
    SAMPLES,
    create,
    features,
)

RANDOM = np.random.default_rng(1)
NOISE = RANDOM.normal(0, 3_000, SAMPLES).astype(np.int16)


def write_model(path: Path, *, mels: int = 80, sigmoid: bool = True, input_name: str = INPUT) -> Path:
    """The sigmoid of ten times the mean of the newest second: loud at the end is over."""
    shape = ["batch", mels, FRAMES]
    nodes = [
        helper.make_node("Slice", [input_name, "from", "to", "axis"], ["newest"]),
        helper.make_node("ReduceMean", ["newest"], ["mean"], axes=[1, 2], keepdims=0),
        helper.make_node("Mul", ["mean", "ten"], ["scaled"]),
        helper.make_node("Unsqueeze", ["scaled", "one"], ["logits"]),
        helper.make_node("Sigmoid" if sigmoid else "Identity", ["logits"], ["probability"]),
    ]
    constants = [
        helper.make_tensor("from", TensorProto.INT64, [1], [FRAMES - 100]),
        helper.make_tensor("to", TensorProto.INT64, [1], [FRAMES]),
        helper.make_tensor("axis", TensorProto.INT64, [1], [2]),
        helper.make_tensor("one", TensorProto.INT64, [1], [1]),
        helper.make_tensor("ten", TensorProto.FLOAT, [], [10.0]),
    ]
    graph = helper.make_graph(
        nodes,
        "turn",
        [helper.make_tensor_value_info(input_name, TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("probability", TensorProto.FLOAT, ["batch", 1])],
        constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.save(model, path)
    return path


@pytest.fixture
def model_file(tmp_path: Path) -> Path:
    return write_model(tmp_path / "turn.onnx")


def ask(model: TurnModel, samples: np.ndarray) -> float:
    async def once() -> float:
        try:
            return await model.probability(samples)
        finally:
            await model.aclose()

    return asyncio.run(once())


def make(model: Path | str, **options: object) -> TurnModel:
    return create_turn_model(ProviderSpec(f"smart-turn/{model}", options), ProviderContext())


def test_it_tells_one_sound_from_another(model_file: Path) -> None:
    quiet_end = NOISE.copy()
    quiet_end[-RATE_HZ:] = 0
    loud_end = NOISE.copy()
    loud_end[:-RATE_HZ] //= 300
    assert ask(make(model_file), quiet_end) < 0.5 < ask(make(model_file), loud_end)


def test_only_the_last_seconds_count(model_file: Path) -> None:
    longer = np.concatenate((RANDOM.normal(0, 9_000, RATE_HZ).astype(np.int16), NOISE))
    assert ask(make(model_file), longer) == ask(make(model_file), NOISE)


def test_what_is_shorter_comes_after_silence(model_file: Path) -> None:
    short = NOISE[:RATE_HZ]
    padded = np.concatenate((np.zeros(SAMPLES - RATE_HZ, np.int16), short))
    assert ask(make(model_file), short) == ask(make(model_file), padded)
    assert 0 <= ask(make(model_file), short[:0]) <= 1


def test_loudness_makes_no_difference() -> None:
    assert features(NOISE // 4) == pytest.approx(features(NOISE), abs=0.02)
    assert features(NOISE).shape == (80, FRAMES)


def test_it_runs_on_a_thread_of_its_own(model_file: Path) -> None:
    model = make(model_file)

    async def watch() -> set[str]:
        await model.warm()
        names = {thread.name for thread in threading.enumerate()}
        await model.aclose()
        return names

    assert any(name.startswith("smart-turn") for name in asyncio.run(watch()))


@pytest.mark.parametrize("name", ["nowhere/turn.onnx", "turn.onnx", "", "/nowhere"])
def test_without_the_file_it_says_so(name: str) -> None:
    with pytest.raises(ConfigError, match=r"no such file; expected the path of an ONNX .* or a repository"):
        make(name) if name else create("", {}, ProviderContext())


def test_options_are_checked(model_file: Path) -> None:
    with pytest.raises(ConfigError, match=r"threads = 0"):
        make(model_file, threads=0)
    with pytest.raises(ConfigError, match=r"quickly"):
        make(model_file, quickly=True)


def test_a_file_that_is_no_model_is_named(tmp_path: Path) -> None:
    path = tmp_path / "turn.onnx"
    path.write_bytes(b"nothing")
    with pytest.raises(ProviderError, match=r"turn\.onnx can't be loaded"):
        ask(make(path), NOISE)


@pytest.mark.parametrize("wrong", [{"mels": 40}, {"input_name": "sound"}])
def test_a_model_of_another_form_is_refused(tmp_path: Path, wrong: dict[str, object]) -> None:
    path = write_model(tmp_path / "turn.onnx", **wrong)  # type: ignore[arg-type]
    with pytest.raises(ProviderProtocolError, match=r"expected one input, input_features \(1, 80, 800\)"):
        ask(make(path), NOISE)


def test_an_answer_that_is_no_probability_is_refused(tmp_path: Path) -> None:
    path = write_model(tmp_path / "turn.onnx", sigmoid=False)
    loud = NOISE.copy()
    loud[:-RATE_HZ] = 0
    with pytest.raises(ProviderProtocolError, match="expected a probability"):
        ask(make(path), loud)


# --- a model hub --------------------------------------------------------------------------------------


class Hub(ModuleType):
    """A hub's package that has one file."""

    def __init__(self, file: Path | None) -> None:
        super().__init__("huggingface_hub")
        self.file = file
        self.asked: list[tuple[str, str]] = []

    def hf_hub_download(self, repository: str, file: str) -> str:
        self.asked.append((repository, file))
        if self.file is None:
            raise OSError("not reached")
        return str(self.file)


def test_a_hub_s_model_is_fetched_when_it_is_first_needed(
    model_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = Hub(model_file)
    monkeypatch.setitem(sys.modules, "huggingface_hub", hub)
    model = make("someone/turns", file="small.onnx")
    assert hub.asked == []
    assert 0 <= ask(model, NOISE) <= 1
    assert hub.asked == [("someone/turns", "small.onnx")]
    ask(make("someone/turns"), NOISE)
    assert hub.asked[1] == ("someone/turns", DEFAULT_FILE)


def test_a_hub_that_is_not_reached_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "huggingface_hub", Hub(None))
    with pytest.raises(ProviderError, match=r"can't be had from someone/turns: not reached"):
        ask(make("someone/turns"), NOISE)


def test_without_the_hub_s_package_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    with pytest.raises(MissingExtraError, match=r"antiphon\[hub\]"):
        make("someone/turns")


def test_a_model_that_can_t_be_run_is_named(tmp_path: Path) -> None:
    path = write_model(tmp_path / "turn.onnx")
    model = onnx.load(path)
    axis = next(one for one in model.graph.initializer if one.name == "axis")
    axis.CopyFrom(helper.make_tensor("axis", TensorProto.INT64, [1], [9]))
    onnx.save(model, path)
    with pytest.raises(ProviderError, match=r"can't be (run|loaded)"):
        ask(make(path), NOISE)

"""Kinds of callers."""

from pathlib import Path

import pytest

from antiphon.errors import ConfigError, UserError
from antiphon.simulation.populations import own_world, read_world


def test_the_package_brings_four_populations_and_the_values_behind_them() -> None:
    world = own_world()
    assert set(world.populations) == {"echo", "acknowledging", "domain", "corrections"}
    assert world.profile.speech.turns_with_pause == 0.25
    assert world.profile.prices.tts_per_million_characters == 15.0


def test_a_domain_keeps_sentences_from_its_examples() -> None:
    world = own_world()
    domain = world.domains["domain"]
    examples = set(world.examples(world.populations["domain"]))
    assert examples
    assert not examples & {sentence.text for sentence in domain.unseen}
    assert list(domain.weights) == sorted(domain.weights)
    assert world.examples(world.populations["echo"]) == ()


def test_a_file_of_populations_may_be_given(tmp_path: Path) -> None:
    path = tmp_path / "populations.toml"
    path.write_text(
        '[llm]\nfirst_token_ms = { median = 250, sigma = 0.1 }\n[populations.mine]\nreply = "echo"\n'
    )
    world = read_world(path)
    assert set(world.populations) == {"mine"}
    assert world.profile.llm.first_token_ms.median == 250


def test_an_unknown_key_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "populations.toml"
    path.write_text('[llm]\nfirst_tokens_ms = 3\n[populations.mine]\nreply = "echo"\n')
    with pytest.raises((ConfigError, UserError), match="first_tokens_ms"):
        read_world(path)

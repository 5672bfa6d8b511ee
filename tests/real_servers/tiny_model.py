"""A language model of one megabyte with random weights: it talks nonsense, but a real server serves it."""

import sys
from pathlib import Path

import gguf
import numpy as np

LAYERS, WIDTH, HIDDEN, HEADS, CONTEXT = 2, 64, 128, 4, 4096


def vocabulary() -> tuple[list[str], list[float], list[int]]:
    """Tokens, scores and kinds of a byte vocabulary with a few words, as llama.cpp's tokeniser wants them."""
    kind = gguf.TokenType
    special = [("<unk>", kind.UNKNOWN), ("<s>", kind.CONTROL), ("</s>", kind.CONTROL)]
    # No bytes beyond ASCII: alone they are no text, and the server never ends a reply that closes with one.
    bytes_ = [(f"<0x{value:02X}>", kind.BYTE) for value in range(128)]
    letters = [chr(code) for code in range(97, 123)]
    words = [("▁" + a + b, kind.NORMAL) for a in letters for b in letters[:8]]
    plain = [("▁", kind.NORMAL), *((letter, kind.NORMAL) for letter in letters)]
    tokens = special + bytes_ + plain + words
    scores = [0.0] * (3 + 128) + [-1.0] * len(plain) + [-2.0] * len(words)
    return [text for text, _ in tokens], scores, [int(kind) for _, kind in tokens]


def write(path: Path, seed: int = 1) -> None:
    """Write the model to a GGUF file."""
    tokens, scores, kinds = vocabulary()
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name("tiny")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(HIDDEN)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    writer.add_vocab_size(len(tokens))
    writer.add_tokenizer_model("llama")
    writer.add_token_list(tokens)
    writer.add_token_scores(scores)
    writer.add_token_types(kinds)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_unk_token_id(0)

    random = np.random.default_rng(seed)

    def add(name: str, *shape: int) -> None:
        scale = 1.0 if len(shape) == 1 else 0.5 / np.sqrt(shape[-1])
        values = np.ones(shape) if len(shape) == 1 else random.normal(0, scale, shape)
        writer.add_tensor(name, values.astype(np.float32))

    add("token_embd.weight", len(tokens), WIDTH)
    add("output_norm.weight", WIDTH)
    add("output.weight", len(tokens), WIDTH)
    for layer in range(LAYERS):
        block = f"blk.{layer}."
        add(block + "attn_norm.weight", WIDTH)
        for part in ("attn_q", "attn_k", "attn_v", "attn_output"):
            add(f"{block}{part}.weight", WIDTH, WIDTH)
        add(block + "ffn_norm.weight", WIDTH)
        add(block + "ffn_gate.weight", HIDDEN, WIDTH)
        add(block + "ffn_up.weight", HIDDEN, WIDTH)
        add(block + "ffn_down.weight", WIDTH, HIDDEN)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    write(Path(sys.argv[1]))

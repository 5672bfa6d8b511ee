import errno
import logging
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from antiphon.audio import Samples, read_audio, write_wav
from antiphon.errors import AudioError


def tone(rate_hz: int, seconds: float = 0.25) -> Samples:
    times = np.arange(round(rate_hz * seconds)) / rate_hz
    return np.rint(8_000 * np.sin(2 * np.pi * 440 * times)).astype(np.int16)


@pytest.mark.parametrize(
    "subtype", ["PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE", "ULAW", "ALAW"]
)
@pytest.mark.parametrize("channels", [1, 2, 6])
def test_a_wav_of_any_width_and_number_of_channels_is_read(
    subtype: str, channels: int, tmp_path: Path
) -> None:
    path, sound = tmp_path / "in.wav", tone(16_000)
    soundfile.write(path, np.repeat(sound[:, np.newaxis], channels, axis=1) / 32_768, 16_000, subtype=subtype)
    samples, rate_hz = read_audio(path)
    assert rate_hz == 16_000
    assert len(samples) == len(sound)
    coarse = {"PCM_U8": 256, "ULAW": 300, "ALAW": 300}
    assert np.abs(samples.astype(int) - sound).max() <= coarse.get(subtype, 0)


@pytest.mark.parametrize(
    ("form", "subtype"),
    [("FLAC", "PCM_16"), ("FLAC", "PCM_24"), ("OGG", "VORBIS"), ("OGG", "OPUS"), ("MP3", None)],
)
def test_compressed_recordings_are_read(form: str, subtype: str | None, tmp_path: Path) -> None:
    path, sound = tmp_path / "in", tone(48_000, 1.0)
    soundfile.write(path, sound, 48_000, format=form, subtype=subtype)
    samples, rate_hz = read_audio(path)
    assert rate_hz == 48_000
    assert len(samples) == pytest.approx(len(sound), abs=5_000)
    assert np.std(samples.astype(float)) == pytest.approx(np.std(sound.astype(float)), rel=0.1)


def test_stereo_at_44100_becomes_mono_at_the_rate_asked_for(tmp_path: Path) -> None:
    path, sound = tmp_path / "in.wav", tone(44_100, 1.0)
    soundfile.write(path, np.stack([sound, np.zeros_like(sound)], axis=1), 44_100)
    samples, rate_hz = read_audio(str(path), 16_000)
    assert rate_hz == 16_000
    assert len(samples) == 16_000
    assert samples[1_000:-1_000].max() == pytest.approx(4_000, abs=20)


def test_floats_beyond_full_scale_are_held_at_it(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "in.wav", np.array([1.5, -2.0, 0.5]), 8_000, subtype="FLOAT")
    assert read_audio(tmp_path / "in.wav")[0].tolist() == [32_767, -32_768, 16_384]


@pytest.mark.parametrize(("form", "share"), [("WAV", 0.5), ("FLAC", 0.7)])
def test_a_recording_cut_short_is_read_as_far_as_it_goes_and_said_to_be(
    form: str, share: float, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "cut"
    noise = np.random.default_rng(3).normal(0, 3_000, 200_000).astype(np.int16)
    soundfile.write(path, noise, 16_000, format=form)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    with caplog.at_level(logging.WARNING):
        samples, _ = read_audio(path)
    assert 0 < len(samples) < len(noise)
    assert np.array_equal(samples, noise[: len(samples)])
    assert "ends before its header says" in caplog.text
    assert str(path) in caplog.text


def test_a_whole_recording_and_one_streamed_to_a_pipe_are_read_without_a_word(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "in.wav"
    write_wav(path, tone(16_000), 16_000)
    whole = bytearray(path.read_bytes())
    assert len(read_audio(path)[0]) == 4_000
    whole[4:8] = whole[40:44] = b"\xff\xff\xff\xff"
    path.write_bytes(whole)
    assert len(read_audio(path)[0]) == 4_000
    assert not caplog.records


def header_only(path: Path) -> None:
    soundfile.write(path, np.empty(0, np.int16), 16_000, format="WAV")


def half_a_header(path: Path) -> None:
    write_wav(path, tone(16_000), 16_000)
    path.write_bytes(path.read_bytes()[:20])


def not_numbers(path: Path) -> None:
    soundfile.write(path, np.array([0.0, np.nan, 0.5]), 16_000, format="WAV", subtype="FLOAT")


def infinities(path: Path) -> None:
    soundfile.write(path, np.array([[0.0, np.inf], [0.0, 0.0]]), 16_000, format="WAV", subtype="DOUBLE")


def too_slow(path: Path) -> None:
    soundfile.write(path, tone(16_000), 500, format="WAV")


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda path: None, "there is no such file"),
        (lambda path: path.write_bytes(b""), "is empty"),
        (lambda path: path.mkdir(), "is a directory"),
        (lambda path: path.write_text("What time is it?"), "not audio that can be read"),
        (header_only, "holds no audio"),
        (half_a_header, "not audio that can be read"),
        (not_numbers, "sample 1 is nan"),
        (infinities, "sample 0 is inf"),
        (too_slow, "sampling rate 500 Hz"),
    ],
)
def test_what_can_not_be_read_is_named_with_the_mend(
    make: Callable[[Path], object], says: str, tmp_path: Path
) -> None:
    path = tmp_path / "in.wav"
    make(path)
    with pytest.raises(AudioError, match=says) as caught:
        read_audio(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_headerless_samples_are_refused(tmp_path: Path) -> None:
    (tmp_path / "in.raw").write_bytes(tone(16_000).tobytes())
    with pytest.raises(AudioError, match="convert it to WAV"):
        read_audio(tmp_path / "in.raw")


@pytest.mark.parametrize(
    ("number", "says"),
    [
        (errno.EACCES, "no permission to read it"),
        (errno.ENOTDIR, "not a directory"),
        (errno.EIO, "check the disk"),
    ],
)
def test_the_systems_refusal_is_passed_on(
    number: int, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(AudioError, match=says):
        read_audio(tmp_path / "in.wav")


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    left, right = tone(16_000), -tone(16_000, 0.1)
    write_wav(tmp_path / "out.wav", [left, right], 16_000)
    frames, rate_hz = soundfile.read(tmp_path / "out.wav", dtype="int16")
    assert rate_hz == 16_000
    assert np.array_equal(frames[:, 0], left)
    assert np.array_equal(frames[: len(right), 1], right)
    assert not frames[len(right) :, 1].any()
    write_wav(tmp_path / "again.wav", frames, 16_000)
    assert (tmp_path / "again.wav").read_bytes() == (tmp_path / "out.wav").read_bytes()


def test_writing_leaves_no_part_behind_and_ordinary_permissions(tmp_path: Path) -> None:
    (tmp_path / "plain").touch()
    write_wav(tmp_path / "out.wav", tone(16_000), 16_000)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["out.wav", "plain"]
    assert (tmp_path / "out.wav").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "out.wav"
    path.write_bytes(b"the old one")

    def full_disk(*_: object, **__: object) -> None:
        raise soundfile.LibsndfileError(2)

    monkeypatch.setattr(soundfile, "write", full_disk)
    with pytest.raises(AudioError, match="check the disk"):
        write_wav(path, tone(16_000), 16_000)
    assert path.read_bytes() == b"the old one"
    assert list(tmp_path.iterdir()) == [path]


def test_where_nothing_can_be_written_the_mend_is_named(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match="make it first"):
        write_wav(tmp_path / "nowhere" / "out.wav", tone(16_000), 16_000)
    (tmp_path / "directory").mkdir()
    with pytest.raises(AudioError, match="is a directory"):
        write_wav(tmp_path / "directory", tone(16_000), 16_000)
    (tmp_path / "file").touch()
    with pytest.raises(AudioError, match="is a file"):
        write_wav(tmp_path / "file" / "out.wav", tone(16_000), 16_000)


def test_more_than_a_wav_can_hold_is_refused(tmp_path: Path) -> None:
    endless = np.broadcast_to(np.zeros(1, np.int16), (3_000_000_000,))
    with pytest.raises(AudioError, match="split it"):
        write_wav(tmp_path / "out.wav", endless, 16_000)

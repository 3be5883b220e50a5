"""Cutting the faces: once, the same bytes each time, and never half done unnoticed."""

import logging
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from fontTools.ttLib import TTFont
from pytest_django import Settings

from casework.documents import fonts

FEW = frozenset(map(ord, "投诉受理〔2026〕号"))
ONE = fonts.FACES[:1]


@pytest.fixture(scope="module")
def cut(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one face, cut to a few characters."""
    folder = tmp_path_factory.mktemp("faces")
    assert fonts.cut_faces(folder, faces=ONE, unicodes=FEW)
    return folder


def test_the_set_holds_gb2312_and_the_signs_of_official_letters() -> None:
    characters = fonts.character_set()
    # GB 2312 has 6,763 Chinese characters, all of them in the block from U+4E00.
    assert sum(0x4E00 <= code <= 0x9FFF for code in characters) == 6763
    assert {ord(sign) for sign in "〔〕【】《》“”‘’—…·〇Az09"} <= characters


def test_a_cut_face_has_truetype_outlines_of_the_characters_and_little_else(cut: Path) -> None:
    with TTFont(cut / ONE[0].filename) as font:
        assert "glyf" in font
        assert "CFF " not in font
        assert set(font.getBestCmap()) == FEW
        glyph = font["glyf"][font.getBestCmap()[ord("理")]]
        assert glyph.numberOfContours > 0
        # Neither kerning nor squeezed punctuation may move a character off the line grid.
        assert not {"GPOS", "GSUB", "kern"} & set(font.keys())
        assert {font["hmtx"][font.getBestCmap()[ord(character)]][0] for character in "投〔〕"} == {1000}


def test_cutting_again_does_nothing_and_a_forced_cut_gives_the_same_bytes(cut: Path, tmp_path: Path) -> None:
    assert not fonts.cut_faces(cut, faces=ONE, unicodes=FEW)
    assert fonts.cut_faces(tmp_path, faces=ONE, unicodes=FEW, force=True)
    assert (tmp_path / ONE[0].filename).read_bytes() == (cut / ONE[0].filename).read_bytes()


def test_another_source_recipe_or_a_lost_file_means_cutting_again(
    cut: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources = fonts.find_sources(ONE)
    assert fonts.is_up_to_date(cut, sources, ONE)
    other = {name: fonts.Source(source.path, source.index, "0" * 64) for name, source in sources.items()}
    assert not fonts.is_up_to_date(cut, other, ONE)
    (tmp_path / fonts.STAMP).write_bytes((cut / fonts.STAMP).read_bytes())
    assert not fonts.is_up_to_date(tmp_path, sources, ONE)
    monkeypatch.setattr(fonts, "RECIPE", fonts.RECIPE + 1)
    assert not fonts.is_up_to_date(cut, sources, ONE)


def test_a_broken_off_run_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / fonts.STAMP).write_text("{}", encoding="utf-8")

    def break_off(*_args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(fonts, "_cut", break_off)
    with pytest.raises(KeyboardInterrupt):
        fonts.cut_faces(tmp_path, faces=ONE, unicodes=FEW)
    assert not (tmp_path / fonts.STAMP).exists()


def test_a_missing_face_names_its_remedy() -> None:
    with pytest.raises(fonts.FontError, match="apt-get install fonts-noto-cjk"):
        fonts.find_source(fonts.Face("x", "No Such Family SC", "Regular", "x.ttf"))


def test_without_cut_faces_a_warning_names_the_command(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, logger="casework.documents.fonts"):
        assert fonts.available_faces(tmp_path) == ()
    assert "manage.py prepare_fonts" in caplog.text


def test_the_check_fails_where_nothing_is_cut(settings: Settings, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path
    with pytest.raises(CommandError, match=r"manage\.py prepare_fonts"):
        call_command("prepare_fonts", "--check")


def test_official_faces_come_first_and_the_full_face_last() -> None:
    values = fonts.stylesheet_values(fonts.FACES)
    order = [values["body"].index(name) for name in ("FangSong_GB2312", "Casework Song", "Noto Serif CJK SC", "serif")]
    assert order == sorted(order)

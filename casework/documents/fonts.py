"""The faces that letters are set in.

Official letters ask for 仿宋, 小标宋 and 黑体 (GB/T 9704-2012). Those faces are not free, so they are used where the
machine has them and the free Noto CJK faces stand in where it has not. A Noto CJK face holds some 65,000 glyphs, and
opening it for every letter costs three times the rest of the work. `cut_faces()` therefore keeps the characters of
GB 2312 (6,763 Chinese characters and the usual signs) as TrueType outlines, once per machine; the full face stays
behind the cut one in the CSS stack, for the rare character in a name.
"""

import hashlib
import json
import logging
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import fontTools
from django.conf import settings
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont, newTable

logger = logging.getLogger(__name__)

# Raise this when the way of cutting or the set of characters changes: machines then cut again.
RECIPE = 1
# How far a TrueType curve may lie from the original one, in thousandths of the type size: not visible in print.
MAX_OUTLINE_ERROR = 1.0
EXTRA_CHARACTERS = "〇　·—…‘’“”•−×÷§©®°¥￥€〔〕【】《》〈〉「」①②③④⑤⑥⑦⑧⑨⑩□■○●△▲☆★√"
REMEDY = "apt-get install fonts-noto-cjk fontconfig"
STAMP = "stamp.json"


class FontError(Exception):
    """A face is missing on this machine or cannot be cut; the message names the remedy."""


@dataclass(frozen=True, slots=True)
class Face:
    """One face to cut: the CSS family it becomes, and the installed face it is cut from."""

    family: str
    source_family: str
    source_style: str
    filename: str


FACES = (
    Face("Casework Song", "Noto Serif CJK SC", "Regular", "song.ttf"),
    Face("Casework Title", "Noto Serif CJK SC", "Bold", "title.ttf"),
    Face("Casework Hei", "Noto Sans CJK SC", "Bold", "hei.ttf"),
)

# Official faces first, under each name that vendors give them; then the cut face; then the full one for the rest.
STACKS = {
    "body": ("FangSong_GB2312", "仿宋_GB2312", "FangSong", "仿宋", "Casework Song", "Noto Serif CJK SC"),
    "title": ("FZXiaoBiaoSong-B05S", "方正小标宋简体", "FZXiaoBiaoSong-B05", "Casework Title", "Noto Serif CJK SC"),
    "heading": ("SimHei", "黑体", "Casework Hei", "Noto Sans CJK SC"),
    "subheading": ("KaiTi_GB2312", "楷体_GB2312", "KaiTi", "楷体", "Casework Song", "Noto Serif CJK SC"),
    "song": ("SimSun", "宋体", "Casework Song", "Noto Serif CJK SC"),
}


@dataclass(frozen=True, slots=True)
class Source:
    """Where fontconfig found the installed face: file, index in the collection, SHA-256 of the file."""

    path: Path
    index: int
    sha256: str


def font_folder() -> Path:
    """The folder that holds the cut faces."""
    return Path(settings.VAR_DIR) / "fonts"


def character_set() -> frozenset[int]:
    """Code points of the cut faces: ASCII, GB 2312, and the signs of official letters that GB 2312 lacks."""
    return frozenset(range(0x20, 0x7F)) | _gb2312() | {ord(character) for character in EXTRA_CHARACTERS}


def _gb2312() -> frozenset[int]:
    pairs = (bytes((row, cell)) for row in range(0xA1, 0xF8) for cell in range(0xA1, 0xFF))
    decoded = (pair.decode("gb2312", errors="ignore") for pair in pairs)
    return frozenset(ord(character) for character in decoded if character)


def find_source(face: Face) -> Source:
    """Ask fontconfig for the installed face.

    Raises:
        FontError: fontconfig or the face is missing, or only a variable font is installed.
    """
    pattern = f"{face.source_family}:style={face.source_style}"
    try:
        answer = subprocess.run(
            ["fc-match", "-f", "%{file}\n%{index}\n%{family}\n", pattern], capture_output=True, text=True, check=True
        ).stdout.splitlines()
    except (OSError, subprocess.CalledProcessError) as error:
        raise FontError(f"fontconfig does not answer ({error}); install it: {REMEDY}") from error
    if len(answer) < 3 or face.source_family not in answer[2].split(","):
        raise FontError(f"{face.source_family} {face.source_style} is not installed; install it: {REMEDY}")
    path = Path(answer[0])
    # fontconfig keeps the instance of a variable font in the upper half of the index.
    return Source(path=path, index=int(answer[1]) & 0xFFFF, sha256=_sha256(path))


@lru_cache(maxsize=8)
def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def wanted_stamp(sources: dict[str, Source]) -> dict[str, Any]:
    """What the stamp must say for the cut faces to be those of these sources."""
    return {
        "recipe": RECIPE,
        "fonttools": fontTools.version,
        "sources": {name: {"index": source.index, "sha256": source.sha256} for name, source in sorted(sources.items())},
    }


def read_stamp(folder: Path) -> dict[str, Any]:
    """The stamp in a folder, or an empty one where there is none or it is broken."""
    try:
        stamp = json.loads((folder / STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def is_up_to_date(folder: Path, sources: dict[str, Source], faces: Iterable[Face] = FACES) -> bool:
    """Whether the folder holds every cut face, cut this way from these sources."""
    return read_stamp(folder) == wanted_stamp(sources) and all((folder / face.filename).is_file() for face in faces)


def find_sources(faces: Iterable[Face] = FACES) -> dict[str, Source]:
    """The installed source of every face, by file name. Raises FontError."""
    return {face.filename: find_source(face) for face in faces}


def cut_faces(
    folder: Path,
    *,
    force: bool = False,
    faces: Iterable[Face] = FACES,
    unicodes: frozenset[int] | None = None,
    progress: Callable[[str], object] = lambda message: None,
) -> bool:
    """Cut every face into the folder, unless it is up to date; about 12 s a face on one core.

    Args:
        folder: where the TrueType files and the stamp go.
        force: cut even when the stamp says that nothing changed.
        faces: what to cut.
        unicodes: code points to keep; `character_set()` where not given.
        progress: called with one line per face.

    Returns:
        True when faces were cut, False when they were up to date.

    Raises:
        FontError: a source is missing or cannot be cut.
    """
    faces = tuple(faces)
    sources = find_sources(faces)
    if not force and is_up_to_date(folder, sources, faces):
        return False
    folder.mkdir(parents=True, exist_ok=True)
    # Without the old stamp a run that is broken off half-way is seen as such.
    (folder / STAMP).unlink(missing_ok=True)
    for face in faces:
        progress(f"{face.family} <- {sources[face.filename].path}")
        _cut(sources[face.filename], folder / face.filename, unicodes or character_set())
    _replace(folder / STAMP, json.dumps(wanted_stamp(sources), indent=1).encode())
    return True


def _replace(path: Path, content: bytes) -> None:
    part = path.with_name(path.name + ".part")
    part.write_bytes(content)
    part.replace(path)


def _cut(source: Source, target: Path, unicodes: frozenset[int]) -> None:
    # Bytes depend on the source only, so that a letter's digest is the same on two machines with the same faces.
    font = TTFont(source.path, fontNumber=source.index, lazy=True, recalcTimestamp=False)
    if "fvar" in font:
        raise FontError(f"{source.path} is a variable font; the static one is needed: {REMEDY}")
    _keep(font, unicodes)
    if "CFF " in font:
        _to_truetype(font)
    part = target.with_name(target.name + ".part")
    font.save(part)
    font.close()
    part.replace(target)


def _keep(font: TTFont, unicodes: frozenset[int]) -> None:
    options = Options()
    # Neither kerning nor punctuation squeezing: every full-width character must take one cell of the line grid.
    options.layout_features = []
    options.hinting = False
    options.notdef_outline = True
    options.drop_tables += ["BASE", "GDEF", "GPOS", "GSUB", "VORG", "vhea", "vmtx"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=unicodes)
    subsetter.subset(font)


def _to_truetype(font: TTFont) -> None:
    """Replace the cubic outlines by quadratic ones, after fontTools' own otf2ttf example."""
    order = font.getGlyphOrder()
    glyphs = _quadratic_glyphs(font, order)
    font["loca"] = newTable("loca")
    glyf = font["glyf"] = newTable("glyf")
    glyf.glyphOrder, glyf.glyphs = order, glyphs
    del font["CFF "]
    glyf.compile(font)
    _update_metrics(font, glyphs)
    _rewrite_maxp(font, len(order))
    font["post"].formatType = 3.0
    font.sfntVersion = "\x00\x01\x00\x00"


def _quadratic_glyphs(font: TTFont, order: list[str]) -> dict[str, Any]:
    outlines, glyphs = font.getGlyphSet(), {}
    for name in order:
        pen = TTGlyphPen(outlines)
        outlines[name].draw(Cu2QuPen(pen, MAX_OUTLINE_ERROR, reverse_direction=True))
        glyphs[name] = pen.glyph()
    return glyphs


def _update_metrics(font: TTFont, glyphs: dict[str, Any]) -> None:
    metrics = font["hmtx"].metrics
    for name, glyph in glyphs.items():
        metrics[name] = (metrics[name][0], getattr(glyph, "xMin", 0))


def _rewrite_maxp(font: TTFont, glyph_count: int) -> None:
    maxp = font["maxp"] = newTable("maxp")
    maxp.tableVersion = 0x00010000
    maxp.numGlyphs = glyph_count
    maxp.maxZones = maxp.maxTwilightPoints = maxp.maxStorage = maxp.maxFunctionDefs = 0
    maxp.maxInstructionDefs = maxp.maxStackElements = maxp.maxSizeOfInstructions = 0
    maxp.maxComponentElements = maxp.maxComponentDepth = 0
    maxp.maxZones = 1
    maxp.maxPoints = maxp.maxContours = maxp.maxCompositePoints = maxp.maxCompositeContours = 0


def available_faces(folder: Path) -> tuple[Face, ...]:
    """The cut faces in a folder, none of them where one is missing or was cut by another recipe.

    The full faces stand behind them in every stack: letters stay right without the cut ones, and take longer.
    """
    if read_stamp(folder).get("recipe") == RECIPE and all((folder / face.filename).is_file() for face in FACES):
        return FACES
    logger.warning(
        "No cut faces in %s: letters are set in the full ones, three times slower. Run: manage.py prepare_fonts", folder
    )
    return ()


def font_face_css(folder: Path, faces: Iterable[Face]) -> str:
    """@font-face rules for cut faces, each a family of its own with normal weight: none is emboldened a second time."""
    rule = '@font-face {{ font-family: "{}"; src: url("{}"); font-weight: normal; font-style: normal }}'
    return "\n".join(rule.format(face.family, (folder / face.filename).resolve().as_uri()) for face in faces)


def stylesheet_values(faces: tuple[Face, ...]) -> dict[str, str]:
    """Values for the $names in a letter's stylesheet: a font-family list per role, and the weight of bold roles."""
    families = {role: ", ".join((*(f'"{name}"' for name in names), "serif")) for role, names in STACKS.items()}
    return {**families, "strong_weight": "normal" if faces else "bold"}

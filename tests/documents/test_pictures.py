"""Photographs as evidence: the bytes stay, the screen gets an upright picture that doesn't tell the place."""

from __future__ import annotations

import hashlib
import io
import struct
import zlib
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from pytest_django import Settings

from casework.cases.actors import Actor
from casework.documents.evidence import evidence_attach_staged, evidence_stage, evidence_unstage, purge_staged
from casework.documents.images import THUMBNAIL_EDGE
from casework.documents.models import Attachment, StagedFile
from tests.documents.pictures import GPS, ORIENTATION, photo
from tests.factories import House, file_complaint

pytestmark = pytest.mark.django_db
KEY = "a-form-with-photographs"


def stage(data: bytes, name: str = "现场.jpg") -> StagedFile:
    assert evidence_stage(key=KEY, uploads=[SimpleUploadedFile(name, data)]) == []
    return StagedFile.objects.get(key=KEY)


def rendition(staged: StagedFile | Attachment) -> Image.Image:
    with staged.rendition.open("rb") as stored:
        image = Image.open(io.BytesIO(stored.read()))
    image.load()
    return image


def is_red(pixel: object) -> bool:
    assert isinstance(pixel, tuple)
    return bool(pixel[0] > 200 and pixel[2] < 60)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_a_lying_photograph_stands_up_and_forgets_where_it_was_taken(kind: str) -> None:
    data = photo(kind=kind)
    staged = stage(data)
    shown = rendition(staged)
    assert shown.size == (200, 400)
    assert is_red(shown.getpixel((100, 20)))
    assert not is_red(shown.getpixel((100, 380)))
    assert ORIENTATION not in shown.getexif()
    assert not shown.getexif().get_ifd(GPS)
    # The evidence is what came, to the last byte.
    with staged.file.open("rb") as stored:
        assert stored.read() == data
    assert staged.sha256 == hashlib.sha256(data).hexdigest()


def test_a_large_photograph_is_shown_smaller(settings: Settings) -> None:
    settings.EVIDENCE_PICTURE_EDGE = 300
    assert rendition(stage(photo(2000, 1000, turned=False))).size == (300, 150)


def test_a_small_one_is_not_blown_up() -> None:
    assert rendition(stage(photo(40, 20, turned=False))).size == (40, 20)


def test_what_phones_call_heic_is_accepted_by_its_content() -> None:
    assert stage(photo(kind="HEIF"), "IMG_0001").content_type == "image/heic"


def test_a_picture_of_a_few_bytes_that_claims_a_gigapixel_is_refused() -> None:
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in ((b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b""))
    )
    faults = evidence_stage(key=KEY, uploads=[SimpleUploadedFile("弹.png", bomb)])
    assert len(faults) == 1
    assert not StagedFile.objects.exists()


def test_a_torn_photograph_is_evidence_without_a_picture() -> None:
    staged = stage(photo()[:200])
    assert not staged.rendition


def test_a_removed_or_forgotten_photograph_leaves_nothing_in_storage(django_capture_on_commit_callbacks: Any) -> None:
    first = stage(photo())
    evidence_unstage(key=KEY, pk=first.pk)
    second = stage(photo(600))
    with django_capture_on_commit_callbacks(execute=True):
        purge_staged(days=-1)
    for gone in (first, second):
        for stored in (gone.file, gone.rendition):
            assert not stored.storage.exists(str(stored.name))


def test_the_case_shows_the_picture_and_hands_out_the_evidence(django_user_model: object) -> None:
    house, data = House(), photo(900, 500)
    stage(data)
    filed = file_complaint(actor=Actor.complainant("x"), key="another-form-altogether")
    (attachment,) = evidence_attach_staged(case=filed.complaint, key=KEY, actor=Actor.complainant("x"))
    client = Client()
    client.force_login(house.clerk, backend="django.contrib.auth.backends.ModelBackend")
    shown = client.get(f"/files/{attachment.pk}/")
    assert Image.open(io.BytesIO(shown.getvalue())).size == (500, 900)
    assert client.get(f"/files/{attachment.pk}/?download=1").getvalue() == data
    small = client.get(f"/files/{attachment.pk}/?thumbnail=1")
    assert max(Image.open(io.BytesIO(small.content)).size) == THUMBNAIL_EDGE
    assert Client().get(f"/files/{attachment.pk}/?thumbnail=1").status_code == 302

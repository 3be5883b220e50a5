"""Tokens: given for a user name and its password, valid until revoked."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import authenticate
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.authtoken.models import Token
from rest_framework.exceptions import APIException
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from casework.api.fields import StrictSerializer, TextField
from casework.api.problems import MEDIA_TYPE, ProblemSerializer
from casework.api.throttles import TokenThrottle
from casework.parties.models import User


class WrongCredentials(APIException):
    """No active user has this name and password; which of the two is wrong is told to nobody."""

    status_code = status.HTTP_401_UNAUTHORIZED
    default_detail = _("User name or password is wrong.")
    default_code = "wrong_credentials"
    auth_header = "Token"


class LockedOut(APIException):
    """Too many wrong passwords for this name from this address.

    Attributes:
        wait: seconds until the next try.
    """

    status_code = status.HTTP_429_TOO_MANY_REQUESTS
    default_detail = _("Too many wrong passwords. Wait before you try again.")
    default_code = "locked_out"
    wait = int(settings.AXES_COOLOFF_TIME * 3600)


class CredentialsSerializer(StrictSerializer):
    """What a token is given for."""

    username = TextField(max_length=150)
    password = TextField(max_length=128, trim_whitespace=False)


class TokenSerializer(serializers.Serializer[Any]):
    """The token, to be sent as `Authorization: Token <token>`."""

    token = serializers.CharField()


def checked_user(request: Request, credentials: dict[str, str]) -> User:
    """The active user whose name and password these are.

    Raises:
        LockedOut: too many wrong tries.
        WrongCredentials: no such user, wrong password, or inactive.
    """
    user = authenticate(request=request._request, **credentials)
    if getattr(request._request, "axes_locked_out", False):
        # Its middleware would put an HTML page in place of our problem.
        request._request.axes_locked_out = False  # type: ignore[attr-defined]
        raise LockedOut
    if not isinstance(user, User):
        raise WrongCredentials
    return user


class TokenView(APIView):
    """Sign in."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = (TokenThrottle,)

    @extend_schema(
        operation_id="token_create",
        tags=["auth"],
        summary="Get a token",
        description="The same account gets the same token until it is revoked.",
        request=CredentialsSerializer,
        responses={200: TokenSerializer, (401, MEDIA_TYPE): ProblemSerializer},
        examples=[OpenApiExample("Sign in", {"username": "clerk", "password": "…"}, request_only=True)],
    )
    def post(self, request: Request) -> Response:
        """Answer with the user's token."""
        serializer = CredentialsSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        token, _created = Token.objects.get_or_create(user=checked_user(request, serializer.validated_data))
        return Response({"token": token.key}, headers={"Cache-Control": "no-store"})


class TokenRevokeView(APIView):
    """Sign out everywhere."""

    @extend_schema(
        operation_id="token_revoke",
        tags=["auth"],
        summary="Revoke the caller's token",
        request=None,
        responses={204: OpenApiResponse(description="No token of this account is valid any more.")},
    )
    def post(self, request: Request) -> Response:
        """Delete the token of the account that asks."""
        assert isinstance(request.user, User)
        Token.objects.filter(user=request.user).delete()
        return Response(status=status.HTTP_204_NO_CONTENT)

"""One's second factor over HTTP."""

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends
from starlette.requests import Request
from starlette.responses import Response

from api.middleware.origin import events_of
from api.models.account import PasswordProof
from api.models.second_factor import CodeSent, PasswordAndCode, RecoveryCodes, SecondFactorRead, SecondFactorSecret
from api.routers.account_answers import answer, done, limits_of
from api.routers.account_router import account_router
from api.routers.openapi import problems
from api.routers.route import StrictRoute
from api.services.second_factor import OwnSecondFactor

router = account_router("/second-factor", StrictRoute, 401, 403, 422, 503)
_PROVEN = problems(409, 413, 415, 429)


def own_second_factor(request: Request) -> OwnSecondFactor:
    """That of whoever asks."""
    who, state = request.scope["who"], request.app.state
    return OwnSecondFactor(
        state.database,
        limits_of(request),
        events_of(request),
        user_id=who.user_id,
        entry=who.entry,
        secrets=state.keys.secrets,
    )


Mine = Annotated[OwnSecondFactor, Depends(own_second_factor)]


@router.get("", response_model=SecondFactorRead, summary="Whether signing in asks for a one-time code")
async def show(mine: Mine) -> Response:
    since, codes_left = await mine.look()
    return answer(SecondFactorRead(enabled=since is not None, enabled_at=since, recovery_codes_left=codes_left))


@router.post(
    "",
    response_model=SecondFactorSecret,
    summary="A secret for an authenticator app; nothing changes until a code of it is confirmed",
    responses=_PROVEN,
)
async def begin(request: Request, proof: PasswordProof, mine: Mine) -> Response:
    public_url = request.app.state.settings.public_url
    issuer = (urlsplit(public_url).hostname if public_url else None) or "Todo"
    secret, uri = await mine.begin(proof.password, issuer=issuer)
    return answer(SecondFactorSecret(secret=secret, uri=uri, qr_svg=_picture(uri)))


@router.post(
    "/confirm",
    response_model=RecoveryCodes,
    summary="Switch it on with a code of the new secret; only this answer shows the recovery codes",
    responses=_PROVEN,
)
async def confirm(sent: CodeSent, mine: Mine) -> Response:
    return answer(RecoveryCodes(recovery_codes=await mine.confirm(sent.code)))


@router.post(
    "/recovery-codes",
    response_model=RecoveryCodes,
    summary="New recovery codes in place of all; only this answer shows them",
    responses=_PROVEN,
)
async def renew_codes(sent: PasswordAndCode, mine: Mine) -> Response:
    return answer(RecoveryCodes(recovery_codes=await mine.renew_codes(sent.password, sent.code)))


@router.delete("", status_code=204, summary="Switch it off", responses=_PROVEN)
async def remove(sent: PasswordAndCode, mine: Mine) -> Response:
    await mine.remove(sent.password, sent.code)
    return done()


def _picture(uri: str) -> str:
    import zxingcpp  # here: 2 MB that only this needs

    return zxingcpp.create_barcode(uri, zxingcpp.BarcodeFormat.QRCode, ec_level="M").to_svg()

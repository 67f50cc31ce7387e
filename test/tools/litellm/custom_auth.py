"""Two keys, as a database of virtual keys would give them to the proxy; any other is refused."""

from fastapi import Request
from litellm.proxy._types import ProxyException, UserAPIKeyAuth

KEYS = {
    "sk-desk-1": {"key_alias": "agent-desk", "team_id": "team-support", "team_alias": "support", "org_id": "org-acme", "user_id": "ada@example.com"},
    "sk-payer-1": {"key_alias": "agent-payer", "team_id": "team-billing", "team_alias": "billing", "org_id": "org-acme"},
}


async def who(request: Request, api_key: str) -> UserAPIKeyAuth:
    if api_key not in KEYS:
        raise ProxyException(message="Invalid key", type="auth_error", param="key", code=401)
    return UserAPIKeyAuth(api_key=api_key, **KEYS[api_key])

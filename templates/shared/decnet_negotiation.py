"""One NTLM login, with SPNEGO around it or without: what SMB, RPC and CredSSP carry in their own messages."""

from __future__ import annotations

import os

import decnet_spnego as spnego
from decnet_ntlm import AUTHENTICATE, NEGOTIATE, Answer, NotNtlm, Target, answer, challenge, kind_of
from decnet_ntlm_session import SessionSecurity


class Negotiation:
    """The server's side. Wrong messages raise `NotSpnego` or `NotNtlm`, both a ValueError."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._nonce = os.urandom(8)
        self._is_bare = False
        self._mechanism_list = b""
        self._wants_mic = False
        self.is_refused = False
        """The client wants a mechanism that we have not: `take` has answered so, and the login is over."""

    def take(self, blob: bytes) -> bytes | Answer:
        """The client's next token: either what to send, or what the client has proved itself with."""
        token = spnego.read(blob)
        self._mechanism_list = token.mechanism_list or self._mechanism_list
        if token.ntlm is None:
            return self._choose(token)
        kind = kind_of(token.ntlm)
        if kind == AUTHENTICATE:
            self._wants_mic = token.mic is not None
            return answer(token.ntlm, self._nonce)
        if kind != NEGOTIATE:
            raise NotNtlm(f"a message of kind {kind}")
        self._is_bare = token.is_bare
        ours = challenge(token.ntlm, self._nonce, self._target)
        return ours if self._is_bare else spnego.reply(spnego.INCOMPLETE, ours, names_ntlm=True)

    def _choose(self, token: spnego.Token) -> bytes:
        if spnego.NTLMSSP in token.mechanisms:
            return spnego.reply(spnego.INCOMPLETE, names_ntlm=True)
        self.is_refused = True
        return spnego.reply(spnego.REJECTED)

    def accepted(self, security: SessionSecurity | None = None) -> bytes:
        """The last token of a login that succeeds; `security` of one whose password we know."""
        if self._is_bare:
            return b""
        mic = None
        if security is not None and self._wants_mic:
            mic = security.sign(self._mechanism_list)
            security.reset()
        return spnego.reply(spnego.ACCEPTED, mic=mic)

"""What pyftpdlib says, in the words of vsftpd."""

from __future__ import annotations

LEAVING = {"STOR", "APPE"}
"""Commands by which a client leaves a file."""

VSFTPD_TEXTS = {
    "200 Active data connection established.": "200 PORT command successful. Consider using PASV.",
    "200 I successfully did nothing'.": "200 NOOP ok.",
    "200 Type set to: ASCII.": "200 Switching to ASCII mode.",
    "200 Type set to: Binary.": "200 Switching to Binary mode.",
    "211 End FEAT.": "211 End",
    "331 Username ok, send password.": "331 Please specify the password.",
    "503 User already authenticated.": "230 Already logged in.",
    "530 Log in with USER and PASS first.": "530 Please login with USER and PASS.",
    "530 Login incorrect. Disconnecting.": "530 Login incorrect.",
    "550 Not enough privileges.": "550 Permission denied.",
}
"""What pyftpdlib says, and how vsftpd says it."""


def as_vsftpd(response: str) -> str:
    """A reply in vsftpd's words."""
    if response.startswith('500 Command "'):
        return "500 Unknown command."
    if response.startswith("250 ") and response.endswith("is the current directory."):
        return "250 Directory successfully changed."
    if response.startswith("550 No such file"):
        return "550 Failed to open file."
    return VSFTPD_TEXTS.get(response, response)


def about_transfer(response: str, command: str, name: str) -> str:
    """vsftpd's words before and after the data of a listing or of a file."""
    listing = command in {"LIST", "NLST"}
    if response.startswith(("125 ", "150 ")):
        opening = f"150 Opening BINARY mode data connection for {name}."
        if command in LEAVING:
            opening = "150 Ok to send data."
        return "150 Here comes the directory listing." if listing else opening
    if response == "226 Transfer complete." and listing:
        return "226 Directory send OK."
    return response

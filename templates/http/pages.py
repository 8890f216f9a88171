"""What the web server shows: a login page of the decky's own, and Apache's error pages."""

from __future__ import annotations

from html import escape
from http import HTTPStatus

TITLES = (
    "Intranet",
    "Staff portal",
    "Document archive",
    "Help desk",
    "Inventory",
    "Time sheets",
    "Project tracker",
    "Asset register",
)

_STYLE = (
    "body{font-family:sans-serif;background:%s;margin:0}"
    "form{width:18em;margin:8em auto;padding:2em;background:#fff;border-top:4px solid %s}"
    "input{width:100%%;margin:.3em 0 1em;padding:.4em;box-sizing:border-box}"
)

_EXPLAINED = {
    400: "Your browser sent a request that this server could not understand.<br />",
    401: "This server could not verify that you\nare authorized to access the document\n"
    "requested.  Either you supplied the wrong\ncredentials (e.g., bad password), or your\n"
    "browser doesn't understand how to supply\nthe credentials required.",
    403: "You don't have permission to access this resource.",
    404: "The requested URL was not found on this server.",
    405: "The requested method is not allowed for this URL.",
    413: "The requested resource does not allow request data with the requested method, or the "
    "amount of data provided in\nthe request exceeds the capacity limit.",
    501: "The requested method is not supported for current URL.<br />",
}


def login_page(title: str, colours: tuple[str, str], wrong: bool) -> str:
    """The form, after a wrong try with a word about it."""
    notice = '<p class="error">Invalid username or password.</p>\n' if wrong else ""
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE % colours}</style>\n</head>\n<body>\n"
        f'<form method="post" action="/login">\n<h1>{escape(title)}</h1>\n{notice}'
        '<label>Username<input name="username" autofocus></label>\n'
        '<label>Password<input name="password" type="password"></label>\n'
        '<input type="submit" value="Sign in">\n</form>\n</body>\n</html>\n'
    )


def welcome_page(title: str, username: str) -> str:
    """What is behind the login: nothing much."""
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<title>{escape(title)}</title>\n</head>\n'
        f"<body>\n<h1>{escape(title)}</h1>\n<p>Signed in as {escape(username)}.</p>\n"
        "<p>There are no entries.</p>\n</body>\n</html>\n"
    )


def error_page(status: int, server: str, host: str, port: int) -> str:
    """Apache httpd's page, or nginx's when the server claims to be one."""
    phrase = HTTPStatus(status).phrase
    if status == 413:
        phrase = "Request Entity Too Large"
    if server.startswith("nginx"):
        head = f"{status} {phrase}"
        return (
            f"<html>\r\n<head><title>{head}</title></head>\r\n<body>\r\n"
            f"<center><h1>{head}</h1></center>\r\n<hr><center>{escape(server)}</center>\r\n"
            "</body>\r\n</html>\r\n"
        )
    explained = _EXPLAINED.get(status, "")
    return (
        '<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n'
        f"<title>{status} {phrase}</title>\n</head><body>\n<h1>{phrase}</h1>\n"
        f"<p>{explained}</p>\n<hr>\n"
        f"<address>{escape(server)} Server at {escape(host)} Port {port}</address>\n</body></html>\n"
    )

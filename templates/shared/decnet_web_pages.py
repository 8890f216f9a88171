"""Pages that products share the plan of: a form, a table behind the login, a plain error."""

from __future__ import annotations

from collections.abc import Mapping

from decnet_web_product import Page

_STYLE = (
    "body{font-family:%s;background:%s;color:#222;margin:0}"
    "form,main{max-width:20em;margin:7em auto;padding:2em;background:#fff;border-top:4px solid %s}"
    "main{max-width:44em}label{display:block;margin:.6em 0}input{padding:.4em;box-sizing:border-box}"
    "td{padding:.2em 1.5em .2em 0}.error{color:#a00}"
)


def form_page(
    action: str,
    fields: tuple[str, str],
    *,
    heading: str = "$title",
    button: str = "Log in",
    labels: tuple[str, str] = ("Username", "Password"),
    hidden: Mapping[str, str] | None = None,
    notice: str = "",
    extra: str = "",
    colours: tuple[str, str] = ("#eef1f4", "#2a5d8f"),
) -> str:
    """A page with a login form: its fields by their names, and `hidden` ones."""
    username, password = fields
    more = "".join(
        f'<input type="hidden" name="{name}" value="{value}">\n' for name, value in (hidden or {}).items()
    )
    told = f'<p class="error">{notice}</p>\n' if notice else ""
    style = _STYLE % ("sans-serif", *colours)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f"<title>$title</title>\n<style>{style}</style>\n{extra}</head>\n<body>\n"
        f'<form method="post" action="{action}" autocomplete="off">\n<h1>{heading}</h1>\n{told}{more}'
        f'<label>{labels[0]} <input type="text" name="{username}"></label>\n'
        f'<label>{labels[1]} <input type="password" name="{password}"></label>\n'
        f'<input type="submit" value="{button}">\n</form>\n</body>\n</html>\n'
    )


def table_page(rows: Mapping[str, str], heading: str = "$title", foot: str = "") -> Page:
    """What is behind a login: a table of names and values."""
    lines = "".join(f"<tr><td>{name}</td><td>{value}</td></tr>\n" for name, value in rows.items())
    style = _STYLE % ("sans-serif", "#eef1f4", "#2a5d8f")
    return Page(
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f"<title>$title</title>\n<style>{style}</style>\n</head>\n<body>\n<main>\n<h1>{heading}</h1>\n"
        f"<table>\n{lines}</table>\n{foot}</main>\n</body>\n</html>\n"
    )


def plain_error(status: int) -> Page:
    """A title and a heading, as small servers write it."""
    return Page(
        "<html><head><title>$status $phrase</title></head>\n<body><h1>$status $phrase</h1></body></html>\n",
        status,
    )


def moved(location: str, status: int = 302) -> Page:
    """A redirect without a body."""
    return Page("", status, "", (("Location", location),))

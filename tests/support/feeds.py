"""Feeds and sitemaps, made by hand."""

from __future__ import annotations

from web_server import Reply

LONG = "The ferry between the two harbours was late again on Monday because of ice on the river. "


def sitemap(*urls: str, changed: str | None = None) -> Reply:
    last = f"<lastmod>{changed}</lastmod>" if changed else ""
    rows = "".join(f"<url><loc>{url}</loc>{last}</url>" for url in urls)
    text = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'
    return Reply(text.encode(), "application/xml")


def entry(url: str, title: str, text: str, day: int = 1) -> str:
    return (
        f"<item><title>{title}</title><link>{url}</link><guid>{url}</guid>"
        f"<pubDate>Mon, {day:02} Jan 2024 08:00:00 GMT</pubDate>"
        f"<author>maren@news.example (Maren Holloway)</author>"
        f"<description>&lt;p&gt;{text}&lt;/p&gt;</description></item>"
    )


def feed(*entries: str) -> Reply:
    text = (
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>Courier</title>{"".join(entries)}'
    )
    return Reply(f"{text}</channel></rss>".encode(), "application/rss+xml")

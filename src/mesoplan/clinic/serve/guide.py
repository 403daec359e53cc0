"""The plain page that hands the clinic's certificate to its tablets, and says how to install it."""

import threading
from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

_STEPS = {
    "iPad, iPhone": "Open this page in Safari, tap the certificate, allow it. Settings, General,"
    " VPN and Device Management: install it. Settings, General, About, Certificate Trust"
    " Settings: switch it on.",
    "Android": "Tap the certificate, keep the file. Settings, Security, Encryption and"
    " credentials, Install a certificate, CA certificate: choose the file.",
    "Windows": "Open the file, Install certificate, Local computer, Trusted root certification"
    " authorities.",
    "macOS": "Open the file, add it to the System keychain; there open it, Trust: always trust.",
    "Linux": "Chromium and Firefox: settings, certificates, authorities, import; trust it for"
    " websites.",
}


def guide_page(address: str) -> str:
    """The page as HTML."""
    steps = "".join(f"<dt>{escape(k)}</dt><dd>{escape(v)}</dd>" for k, v in _STEPS.items())
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><title>mesoplan on this network</title>'
        "</head><body><h1>mesoplan on this network</h1>"
        "<p>1. Install the clinic's own certificate on this device, once: "
        '<a href="/mesoplan-clinic.crt">mesoplan-clinic.crt</a></p>'
        f"<dl>{steps}</dl><p>2. Open <a href='{escape(address)}'>{escape(address)}</a>."
        " The browser shows a lock and no warning. If it warns, the certificate is not installed:"
        " do not go on.</p><p>Ask the owner to compare the address with the one that the"
        " computer shows.</p></body></html>"
    )


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Nothing."""


def serve_guide(host: str, port: int, address: str, authority: Path) -> WSGIServer:
    """Serve the guide in a thread, until the server is shut down."""
    page, certificate = guide_page(address).encode(), authority.read_bytes()

    def application(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/mesoplan-clinic.crt":
            start("200 OK", [("Content-Type", "application/x-x509-ca-cert")])
            return [certificate]
        start("200 OK", [("Content-Type", "text/html; charset=utf-8")])
        return [page]

    server = make_server(host, port, application, handler_class=_Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server

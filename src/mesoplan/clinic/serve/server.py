"""The server: gunicorn with a few processes of a few threads each."""

from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication

WORKERS, THREADS = 2, 4
_STARTING_S = 60


class ClinicServer(BaseApplication):
    """Gunicorn with its settings from here, never from a command line or a file.

    Parameters
    ----------
    bind : str
        Address and port.
    certificate, key : Path, optional
        For TLS.
    """

    def __init__(self, bind: str, certificate: Path | None = None, key: Path | None = None) -> None:
        self._options: dict[str, Any] = {
            "bind": bind,
            "workers": WORKERS,
            "worker_class": "gthread",
            "threads": THREADS,
            "timeout": _STARTING_S,
            "graceful_timeout": 20,
            "limit_request_line": 4094,
            "limit_request_fields": 60,
            "accesslog": None,
            "errorlog": "-",
            "loglevel": "warning",
            "proc_name": "mesoplan",
            "control_socket_disable": True,
        }
        if certificate is not None and key is not None:
            self._options |= {"certfile": str(certificate), "keyfile": str(key)}
        super().__init__()

    def load_config(self) -> None:
        """Settings from the options alone."""
        for name, value in self._options.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Any:
        """The application, in each process."""
        from mesoplan.clinic.wsgi import application

        return application

"""The catalogue of this clinic: the shipped one with the clinic's own formulary in its folder."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from mesoplan.catalogue import Catalogue, load_catalogue
from mesoplan.catalogue.formulary import with_formulary


def formulary_folder() -> Path:
    """Where the clinic's own products, mixtures and protocols lie."""
    return Path(settings.CLINIC_FOLDER.root) / "formulary"


def clinic_catalogue() -> Catalogue:
    """The catalogue that every plan and delivery of this clinic uses.

    Raises
    ------
    InputError
        If a formulary file is wrong: nothing is planned with half a formulary.
    """
    folder = formulary_folder()
    files = sorted(folder.glob("*.toml")) if folder.is_dir() else []
    return _catalogue(folder, tuple((f.name, f.read_bytes()) for f in files))


@lru_cache(maxsize=2)
def _catalogue(folder: Path, content: tuple[tuple[str, bytes], ...]) -> Catalogue:
    # Kept by what the files say, so that each process sees a change at once.
    return with_formulary(load_catalogue(), folder)

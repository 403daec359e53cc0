"""Configuration of the documentation: Sphinx with MyST Markdown; builds without network."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import generate  # noqa: E402

from mesoplan.version import VERSION  # noqa: E402

# The tables of ids and the list of messages come from the catalogue at each build.
generate.write(HERE / "reference" / "generated")

project = "mesoplan"
author = "The mesoplan authors"
copyright = "the mesoplan authors; Apache-2.0"
version = release = VERSION

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
exclude_patterns = ["_build", "reference/generated/*.md"]
suppress_warnings = ["config.cache"]

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_preserve_defaults = True
napoleon_use_ivar = True
napoleon_use_rtype = False

html_theme = "furo"
html_title = f"mesoplan {VERSION}"
html_theme_options = {"footer_icons": []}
html_show_sourcelink = False

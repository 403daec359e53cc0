"""Templates: every text can be translated, one h1 to a page, nothing inline or from outside."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

import mesoplan.clinic

ROOT = Path(mesoplan.clinic.__file__).parent / "templates"
TEMPLATES = sorted(ROOT.rglob("*.html"))
NAMES = [str(path.relative_to(ROOT)) for path in TEMPLATES]
ALONE = {"500.html"}
"""Shown when the program itself fails: plain HTML that asks nothing of Django."""
UNITS = {
    "mL", "mm", "kg", "mg", "min", "h", "mmHg", "pH", "mosm", "x", "y", "GTIN", "CSV", "PDF",
    "TOML", "mesoplan",
}  # fmt: skip
"""Symbols, formats and names; the same in every language."""
TEXT_ATTRIBUTES = {"aria-label", "title", "alt", "placeholder"}

_TRANSLATED = re.compile(
    r"\{%\s*blocktranslate.*?%\}.*?\{%\s*endblocktranslate\s*%\}|\{#.*?#\}"
    r"|\{%\s*comment.*?endcomment\s*%\}",
    re.DOTALL,
)
_TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)


def bare(template: str) -> str:
    """The template without Django's tags and without what they translate."""
    # An element whose name is chosen by a tag: <{% if … %}a …{% else %}button{% endif %} …>
    chosen = re.sub(r"<(/?)\{%[^%]*%\}(\w)", r"<\1\2", template)
    return _TAG.sub(" ", _TRANSLATED.sub(" ", chosen))


class Texts(HTMLParser):
    """Letters that stand between tags, and in attributes that are read aloud."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.inline: list[str] = []
        self.addresses: list[str] = []
        self._within = ""

    def handle_starttag(self, tag, attrs):
        self._within = tag
        given = dict(attrs)
        # A block of JSON is data: no browser runs it, and the content policy leaves it alone.
        data = given.get("type") == "application/json"
        if tag == "style" or (tag == "script" and not given.get("src") and not data):
            self.inline.append(tag)
        for name, value in attrs:
            if name == "style" or name.startswith(("on", "hx-on")):
                self.inline.append(f"{tag} {name}")
            if name in ("src", "href", "action", "hx-post", "hx-get", "srcset", "poster"):
                self.addresses.append(value or "")
            if name in TEXT_ATTRIBUTES and value:
                self._text(value)

    def handle_endtag(self, tag):
        self._within = ""

    def handle_data(self, data):
        if self._within not in ("script", "style"):
            self._text(data)

    def _text(self, text):
        words = re.findall(r"[^\W\d_]+", text)
        if [word for word in words if word not in UNITS]:
            self.found.append(" ".join(text.split()))


def looked_at(template: str) -> Texts:
    parser = Texts()
    parser.feed(bare(template))
    parser.close()
    return parser


def source(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def whole(name: str) -> str:
    """A template with all that it includes by name."""
    text = source(name)
    for other in re.findall(r'\{%\s*include "(clinic/[^"]+)"', text):
        if other != name:
            text += whole(other)
    return text


def pages() -> list[str]:
    return [name for name in NAMES if "{% extends" in source(name)[:200]]


# The parser itself, so that a test below that finds nothing has looked.
@pytest.mark.parametrize(
    ("template", "found"),
    [
        ("<p>Hello</p>", ["Hello"]),
        ('<p>{% translate "Hello" %} 5 mL · {{ name }}</p>', []),
        ("{% blocktranslate with n=a %}All {{ n }}{% endblocktranslate %}", []),
        ('<p>{% translate "A" %} and <b>B</b></p>', ["and", "B"]),
        ('<input placeholder="Name"><img alt="{% translate \'x\' %}">', ["Name"]),
        ("{% if a %}sí{% endif %}", ["sí"]),
        ("{# a note #}{% comment %}x{% endcomment %}", []),
    ],
)
def test_parser_finds_text_outside_translations(template, found):
    assert looked_at(template).found == found


def test_parser_finds_what_stands_inline():
    text = "<p style='a'><b onclick='x'></b><script>1</script><style>a{}</style><script src='a.js'>"
    assert looked_at(text).inline == ["p style", "b onclick", "script", "style"]


def test_templates_are_there():
    assert len(NAMES) > 40
    assert len(pages()) > 20


@pytest.mark.parametrize("name", [n for n in NAMES if n not in ALONE])
def test_every_text_is_translated(name):
    assert looked_at(source(name)).found == []


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_inline(name):
    assert looked_at(source(name)).inline == []


@pytest.mark.parametrize("name", NAMES)
def test_no_address_of_another_host(name):
    text = re.sub(r"\{#.*?#\}", "", source(name))
    assert not re.search(r"https?://|[\"'(]//\w", text)
    for address in looked_at(source(name)).addresses:
        assert not re.match(r"\s*(\w+:|//)", address), address


@pytest.mark.parametrize("name", pages())
def test_page_extends_the_base_and_has_one_h1(name):
    text = source(name)
    (base,) = re.findall(r'\{%\s*extends "([^"]+)"', text)
    chain = {"allauth/layouts/entrance.html", "allauth/layouts/manage.html",
             "allauth/layouts/base.html", "clinic/base.html"}  # fmt: skip
    assert base in chain
    if name in chain:
        return
    assert len(re.findall(r"<h1[ >]", whole(name))) == 1


def test_each_template_that_a_view_renders_is_a_page_or_a_named_part():
    """A page that forgets the base has no policy line, no banner and no way out."""
    root = Path(mesoplan.clinic.__file__).parent
    rendered = set()
    for path in root.rglob("*.py"):
        rendered |= set(re.findall(r'render\(\s*\w+,\s*"(clinic/[^"]+)"', path.read_text("utf-8")))
    assert len(rendered) > 15
    assert rendered - set(pages()) <= {
        "clinic/planning/rows.html", "clinic/delivery/points.html", "clinic/patients/match.html",
    }  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_text_is_marked_whole_and_not_in_the_script(name):
    """A form's submit has an accessible name, and inputs that people fill have a label."""
    text = _TAG.sub("x", source(name))
    labels = set(re.findall(r'<label[^>]* for="([^"]+)"', text))
    for attributes in re.findall(r"<(?:input|select|textarea)\b([^>]*)>", text):
        if 'type="hidden"' in attributes:
            continue
        found = re.search(r'\bid="([^"]+)"', attributes)
        wrapped = re.search(rf"<label[^>]*><(?:input|select)\b{re.escape(attributes)}>", text)
        named = "aria-label" in attributes or wrapped or (found and found[1] in labels)
        assert named, attributes

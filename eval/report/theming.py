"""Matplotlib's SVG as a part of a page: coloured by the page's own classes, so it follows light and dark.

Figures are drawn in stand-in colours. Here each becomes a class (`fill-ink`, `stroke-first`), every other
style becomes an attribute, and what a page must not hold (style elements, metadata, links out) goes. So the
page can forbid inline style.
"""

import re
from xml.etree import ElementTree

# Stand-in colours for what the page colours itself; none of them is ever seen.
COLOURS = {name: f"#00000{i}" for i, name in enumerate(("ink", "quiet", "grid", "first", "second"), 1)}
NAMES = {colour: name for name, colour in COLOURS.items()}
SVG, LINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}"
DROPPED = {f"{SVG}metadata", f"{SVG}style"}
# Inheriting the page's own type is wanted, and `font` is no attribute.
UNSTYLED = {"font", "font-family", "font-style", "font-variant", "font-weight", "font-stretch"}


def themed(svg: str, prefix: str, label: str) -> str:
    """The SVG element alone, its ids behind a prefix of its own, with a label for those who listen."""
    root = ElementTree.fromstring(svg)
    for element in root.iter():
        for child in [child for child in element if child.tag in DROPPED]:
            element.remove(child)
        _restyle(element)
        _rename(element, prefix)
    for name in ("width", "height", "version"):
        root.attrib.pop(name, None)
    root.set("role", "img")
    root.set("aria-label", label)
    ElementTree.register_namespace("", SVG.strip("{}"))
    return re.sub(r">\s+<", "><", ElementTree.tostring(root, encoding="unicode"))


def _restyle(element: ElementTree.Element) -> None:
    classes = []
    for part in element.attrib.pop("style", "").split(";"):
        name, _, value = (piece.strip() for piece in part.partition(":"))
        if name == "font" and (size := re.search(r"([\d.]+)px", value)):
            element.set("font-size", size[1])
        if not name or name in UNSTYLED:
            continue
        if value in NAMES:
            classes.append(f"{name}-{NAMES[value]}")
        else:
            element.set(name, value.removesuffix("px"))
    if classes:
        element.set("class", " ".join(classes))


def _rename(element: ElementTree.Element, prefix: str) -> None:
    """Ids of several figures on one page must differ."""
    for name, value in list(element.attrib.items()):
        if name == "id":
            element.set("id", f"{prefix}-{value}")
        elif name == f"{LINK}href":
            del element.attrib[name]
            element.set("href", f"#{prefix}-{value.removeprefix('#')}")
        elif "url(#" in value:
            element.set(name, value.replace("url(#", f"url(#{prefix}-"))

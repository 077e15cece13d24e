"""XML by elements, never by string templates."""

from __future__ import annotations

from lxml import etree

XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
XSI = "http://www.w3.org/2001/XMLSchema-instance"


class Namespace:
    """Makes elements of one namespace: `ns(parent, "title", "Words", attribute="value")`."""

    def __init__(self, uri: str) -> None:
        self.uri = uri

    def name(self, local: str) -> str:
        """The name as lxml writes it."""
        return f"{{{self.uri}}}{local}"

    def __call__(
        self, parent: etree._Element, local: str, words: str | None = None, /, **attributes: str
    ) -> etree._Element:
        """Append a child to `parent` and return it."""
        child = etree.SubElement(parent, self.name(local), attributes)
        if words is not None:
            child.text = xml_text(words)
        return child


def xml_text(words: str) -> str:
    """Words without the control characters that XML 1.0 cannot hold."""
    return "".join(letter for letter in words if letter in "\t\n\r" or letter >= " ")


def document(root: etree._Element) -> bytes:
    """The file: declaration, two spaces a level, a line end at the end."""
    etree.indent(root, "  ")
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True) + b"\n"

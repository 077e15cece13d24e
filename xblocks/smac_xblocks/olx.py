"""The block in OLX: settings as attributes, the Markdown as text.

The importer of the platform reads a pure XBlock only where it stands inline in its vertical.
"""

from __future__ import annotations

from typing import Any

from xblock.fields import Scope


class InlineText:
    """Reads and writes the field `markdown` as the text of the element."""

    @classmethod
    def parse_xml(cls, node: Any, runtime: Any, keys: Any) -> Any:
        """The block of an element."""
        text = "".join(node.itertext())
        for child in list(node):
            node.remove(child)
        node.text = None
        block = super().parse_xml(node, runtime, keys)  # type: ignore[misc]  # of XBlock
        block.markdown = text.strip("\n").rstrip() + "\n" if text.strip() else ""
        return block

    def add_xml_to_node(self, node: Any) -> None:
        """The element of a block."""
        super().add_xml_to_node(node)  # type: ignore[misc]  # of XBlock
        for child in list(node):
            if str(child.tag).endswith("markdown"):
                node.remove(child)
        learners = (name for name, field in self.fields.items() if field.scope == Scope.user_state)  # type: ignore[attr-defined]
        for name in ("markdown", *learners):
            node.attrib.pop(name, None)
        node.text = "\n" + self.markdown.strip("\n") + "\n"  # type: ignore[attr-defined]  # a field of the block

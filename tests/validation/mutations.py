"""Manifests with one random change each, most of them wrong."""

from __future__ import annotations

import copy
import random

from lxml import etree

WORDS = ["", "x", "1", "true", "yes", "-1", "0.5", "1.5", "a b", "9", "ITEM-1", "RES-1", "2 ", "sco", "all", "PT1H"]


def mutated(data: bytes, seed: int) -> bytes:
    """The manifest with a change that depends on the seed only."""
    chance = random.Random(seed)
    root = etree.fromstring(data)
    elements = [element for element in root.iter() if isinstance(element.tag, str)]
    element = chance.choice(elements)
    chance.choice([_drop, _twice, _swap, _attribute_away, _attribute_changed, _attribute_new, _text, _stranger, _move])(
        element, elements, chance
    )
    return etree.tostring(root)


def _drop(element: etree._Element, _: list[etree._Element], __: random.Random) -> None:
    if (parent := element.getparent()) is not None:
        parent.remove(element)


def _twice(element: etree._Element, _: list[etree._Element], __: random.Random) -> None:
    if (parent := element.getparent()) is not None:
        parent.insert(parent.index(element), copy.deepcopy(element))


def _swap(element: etree._Element, _: list[etree._Element], chance: random.Random) -> None:
    children = [child for child in element if isinstance(child.tag, str)]
    if len(children) > 1:
        at = chance.randrange(len(children) - 1)
        element.insert(element.index(children[at]), children[at + 1])


def _attribute_away(element: etree._Element, _: list[etree._Element], chance: random.Random) -> None:
    if element.attrib:
        del element.attrib[chance.choice(sorted(element.attrib))]


def _attribute_changed(element: etree._Element, _: list[etree._Element], chance: random.Random) -> None:
    if element.attrib:
        element.set(chance.choice(sorted(element.attrib)), chance.choice(WORDS))


def _attribute_new(element: etree._Element, others: list[etree._Element], chance: random.Random) -> None:
    names = sorted({name for other in others for name in other.attrib} | {"extra"})
    element.set(chance.choice(names), chance.choice(WORDS))


def _text(element: etree._Element, _: list[etree._Element], chance: random.Random) -> None:
    element.text = chance.choice(WORDS)


def _stranger(element: etree._Element, others: list[etree._Element], chance: random.Random) -> None:
    namespace = etree.QName(chance.choice(others)).namespace
    etree.SubElement(element, f"{{{namespace}}}{chance.choice(['stranger', 'title', 'item', 'sequencing', 'file'])}")


def _move(element: etree._Element, others: list[etree._Element], chance: random.Random) -> None:
    target = chance.choice(others)
    if element.getparent() is not None and element not in target.iterancestors() and target is not element:
        target.insert(chance.randrange(len(target) + 1), element)

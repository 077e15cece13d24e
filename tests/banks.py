"""Quizzes in Markdown, made by chance: what a learner sees comes from one source of it, the key from another."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

Write = Callable[[str, Random, Random, "Told"], str]
_WORDS = "gift post friend tag phone brand reader notice story team press photo rule tie advert moon".split()


class Told:
    """Words that nobody may see too early: KEY stands in keys, PART in remarks on a part, ALL in those for everyone."""

    def __init__(self, chance: Random) -> None:
        self.chance, self.number = chance, 0

    def __call__(self, name: str) -> str:
        self.number += 1
        return f"CANARY{name}{self.number}x{self.chance.randrange(10**6)}"

    def part(self, indent: str = "  ") -> str:
        """A remark on a part, or none."""
        return f"{indent}> {self('PART')}\n" if self.chance.random() < 0.8 else ""


def words(chance: Random, least: int, most: int) -> list[str]:
    return chance.sample(_WORDS, chance.randint(least, most))


def _head(name: str, kind: str, seen: Random, more: str = "") -> str:
    mark = f" .{kind}" if kind else ""
    points = more or f" points={seen.randint(1, 9)}"
    return f"### What of {name}? {{#{name}{mark}{points}}}\n\n"


def _some(chance: Random, count: int) -> set[int]:
    return set(chance.sample(range(count), chance.randint(1, count - 1)))


def _single(name: str, seen: Random, key: Random, told: Told) -> str:
    options = words(seen, 2, 6)
    right = key.randrange(len(options))
    rows = [f"- ({'x' if n == right else ' '}) {one}\n{told.part()}" for n, one in enumerate(options)]
    return _head(name, "", seen) + "".join(rows)


def _multiple(name: str, seen: Random, key: Random, told: Told) -> str:
    options = words(seen, 2, 6)
    right = _some(key, len(options))
    rows = [f"- [{'x' if n in right else ' '}] {one}\n{told.part()}" for n, one in enumerate(options)]
    return _head(name, "", seen) + "".join(rows)


def _true_false(name: str, seen: Random, key: Random, told: Told) -> str:
    return _head(name, "true-false", seen) + f"= {key.choice(['true', 'false'])}\n"


def _post_review(name: str, seen: Random, key: Random, told: Told) -> str:
    pieces = words(seen, 3, 6)
    right = _some(key, len(pieces))
    rows = [
        f"- [{'x' if n in right else ' '}] Piece {one}{f' {{points={key.randint(2, 4)}}}' if n in right else ''}\n"
        f"{told.part()}"
        for n, one in enumerate(pieces)
    ]
    return _head(name, "post-review", seen) + "".join(rows)


def _text(name: str, seen: Random, key: Random, told: Told) -> str:
    accepted = "".join(f"= {told('KEY')}\n" for _ in range(key.randint(1, 3)))
    near = "".join(f"~ {told('KEY')}\n{told.part()}" for _ in range(key.randint(0, 2)))
    return _head(name, "", seen) + accepted + near


def _number(name: str, seen: Random, key: Random, told: Told) -> str:
    low = key.choice([-1, 1]) * key.randint(10**6, 10**7)
    return _head(name, "", seen) + key.choice([f"= {low}\n", f"= {low} .. {low + key.randint(1, 9)}\n"])


def _blanks(name: str, seen: Random, key: Random, told: Told) -> str:
    gaps = []
    for _ in range(seen.randint(1, 3)):
        if seen.random() < 0.5:
            options = words(seen, 2, 4)
            right = key.randrange(len(options))
            listed = " / ".join(f"({one})" if n == right else one for n, one in enumerate(options))
            gaps.append(f"[[{listed}]]")
        else:
            gaps.append("[[=" + " / ".join(told("KEY") for _ in range(key.randint(1, 2))) + "]]")
    return _head(name, "", seen) + f"Put {' and '.join(gaps)} there.\n"


def _match(name: str, seen: Random, key: Random, told: Told) -> str:
    items = words(seen, 2, 4)
    partners = [f"partner {one}" for one in words(seen, len(items), len(items) + 2)]
    key.shuffle(partners)
    rows = [f"- {one} => {to}\n{told.part()}" for one, to in zip(items, partners, strict=False)]
    return _head(name, "match", seen) + "".join(rows) + "".join(f"- => {one}\n" for one in partners[len(items) :])


def _categorise(name: str, seen: Random, key: Random, told: Told) -> str:
    groups = ["Group one", "Group two", "Group three"][: seen.randint(2, 3)]
    items = words(seen, len(groups) + 1, 7)
    key.shuffle(items)
    inside: list[list[str]] = [[items[n]] for n in range(len(groups))]
    for one in items[len(groups) :]:
        key.choice(inside).append(one)
    rows = [
        f"- {group}\n" + "".join(f"  - {one}\n{told.part('    ')}" for one in kept)
        for group, kept in zip(groups, inside, strict=True)
    ]
    return _head(name, "categorise", seen) + "".join(rows)


def _order(name: str, seen: Random, key: Random, told: Told) -> str:
    things = words(seen, 3, 6)
    key.shuffle(things)
    return _head(name, "order", seen) + "".join(f"{n}. {one}\n" for n, one in enumerate(things, 1))


def _post_draft(name: str, seen: Random, key: Random, told: Told) -> str:
    low = key.randint(10, 50)
    tests = [
        f'first-line="{told("KEY")}"',
        f'never="{told("KEY")}, {told("KEY")}"',
        f"alt-text={key.randint(10, 90)}",
        f"length={low}..{low + key.randint(100, 200)}",
    ]
    rows = [
        f"- Criterion {n} {{{test} points={key.randint(1, 4)}}}\n{told.part()}"
        for n, test in enumerate(tests)
        if seen.random() < 0.8 or n == 0
    ]
    return _head(name, "post-draft", seen) + "".join(rows)


def _scenario(name: str, seen: Random, key: Random, told: Told) -> str:
    steps = seen.randint(1, 3)
    rows = []
    for step in range(1, steps + 1):
        choices = words(seen, 2, 3)
        right = key.randrange(len(choices))
        said = "".join(
            f"   - ({'x' if n == right else ' '}) Say {one}{f' {{points={key.randint(1, 3)}}}' if n == right else ''}"
            f" => {step + 1}\n{told.part('     ')}"
            for n, one in enumerate(choices)
        )
        rows.append(f"{step}. Step {step}.\n{said}")
    return _head(name, "scenario", seen) + "".join(rows) + f"{steps + 1}. The end.\n"


def _likert(name: str, seen: Random, key: Random, told: Told) -> str:
    return _head(name, "likert", seen, " ")


def _survey(name: str, seen: Random, key: Random, told: Told) -> str:
    return _head(name, "survey", seen, " ") + "".join(f"- [ ] {one}\n" for one in words(seen, 2, 4))


def _essay(name: str, seen: Random, key: Random, told: Told) -> str:
    return _head(name, "essay", seen, f" max={seen.randint(100, 900)}") + f"> {told('ALL')}\n"


def _attest(name: str, seen: Random, key: Random, told: Told) -> str:
    return _head(name, "attest", seen, " ") + f"I will keep {' '.join(words(seen, 2, 4))}.\n"


SCORED: dict[str, Write] = {
    "single": _single,
    "multiple": _multiple,
    "true-false": _true_false,
    "post-review": _post_review,
    "text": _text,
    "number": _number,
    "blanks": _blanks,
    "match": _match,
    "categorise": _categorise,
    "order": _order,
    "post-draft": _post_draft,
    "scenario": _scenario,
}
UNSCORED: dict[str, Write] = {"likert": _likert, "survey": _survey, "essay": _essay, "attest": _attest}
KINDS = {**SCORED, **UNSCORED}


def question(kind: str, name: str, seen: Random, key: Random) -> str:
    """One question, with remarks full of canaries."""
    told = Told(key)
    body = KINDS[kind](name, seen, key, told)
    remark = f"\n> {told('ALL')}\n" if kind not in UNSCORED and key.random() < 0.8 else ""
    return f"{body}{remark}\n"


def bank(seed: int, key: int, kinds: tuple[str, ...] = tuple(KINDS), *, pools: int = 0) -> str:
    """Questions of every kind in an order made by chance; the same but for the key where only `key` differs."""
    seen, secret = Random(seed), Random(key * 1_000_003 + seed)
    order = list(kinds)
    seen.shuffle(order)
    written = [question(kind, f"{kind}-{n}", seen, secret) for n, kind in enumerate(order)]
    if not pools:
        return "".join(written)
    size = -(-len(written) // pools)
    parts = [written[at : at + size] for at in range(0, len(written), size)]
    return "".join(
        f"## Pool {n} {{#p{n} draw={seen.randint(1, len(part))}{seen.choice(['', '', ' must_pass=50'])}}}\n\n"
        + "".join(part)
        for n, part in enumerate(parts)
    )

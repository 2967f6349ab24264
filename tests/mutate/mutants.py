# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Makes mutants: one small change each to a file of the core, as libclang reads it.

Code, by its syntax tree: conditions negated, operands of && and || dropped, statements and case
labels removed, values returned changed. By its tokens, so inside macros too: operators, numbers,
characters, strings, enumerators and true/false. Tables (.def), row by row: each column changed,
rows removed and exchanged with the next. Sentences for people stay: no test should repeat them.

A mutant is told by file, function (or macro, enumeration, row) and the lines before and after,
never by line number.
"""
import bisect
import dataclasses
import re

import clang.cindex as ci
from clang.cindex import CursorKind as C

RELATIONS = {"<": ["<=", ">="], "<=": ["<", ">"], ">": [">=", "<="], ">=": [">", "<"],
             "==": ["!="], "!=": ["=="]}
BINARY = RELATIONS | {
    "+": ["-"], "-": ["+"], "*": ["/"], "/": ["*"], "%": ["*"], "&": ["|"], "|": ["&"],
    "^": ["&"], "<<": [">>"], ">>": ["<<"], "&&": ["||"], "||": ["&&"]}
ASSIGN = {"+=": ["-="], "-=": ["+="], "|=": ["&="], "&=": ["|="], "^=": ["|="], "<<=": [">>="],
          ">>=": ["<<="], "++": ["--"], "--": ["++"]}
SENTENCES = {"HVP_HCALL": [2], "HVP_QUIRK": [10], "HVP_REASON": [4, 5], "HVP_STATUS": [3]}
WORDS = {"true": "false", "false": "true"}
NUMBER = re.compile(r"(0[xX])?([0-9a-fA-F]+?)([uUlL]*)$")


@dataclasses.dataclass(frozen=True)
class Mutant:
    file: str       # from the root of the tree
    where: str      # function, macro, enumeration or row
    column: str     # what of it: of equal ones, the same units of the build see the change
    start: int      # bytes of the file that are replaced
    end: int
    new: bytes
    before: tuple   # lines, without their indentation
    after: tuple
    nth: int        # above 1: the function has had this change already, in equal lines

    def key(self):
        return self.file, self.where, self.before, self.after, self.nth

    def __str__(self):
        nth = f" (nth {self.nth})" if self.nth > 1 else ""
        return "\n".join([f"{self.file}: {self.where}{nth}", *("-\t" + s for s in self.before),
                          *("+\t" + s for s in self.after)])


def numbers(text):
    """A number one off; a mask, which is written in hex, with a bit less or more."""
    m = NUMBER.match(text)
    if not m:
        return []
    prefix, digits, suffix = m[1] or "", m[2], m[3]
    value = int(digits, 16 if prefix else 10)
    if not prefix:
        return [str(v) + suffix for v in (value + 1, value - 1) if v >= 0]
    low, high = value & -value, 1 << value.bit_length() >> 1
    more = high << 1 if value and high < 1 << 63 else (value + 1) & ~value
    width = len(digits)
    return [f"{prefix}{v:0{width}x}{suffix}"
            for v in sorted({value & ~low, value & ~high, value | more} - {value})]


def literals(text):
    if text.startswith("'"):
        return [f"'{chr(ord(text[1]) + 1)}'"] if len(text) == 3 else []
    if text.startswith('"'):
        if text == '""':
            return ['"?"']
        last = max((i for i, c in enumerate(text) if c.isalnum()), default=0)
        other = "Y" if text[last] == "Z" else "y" if text[last] == "z" else \
            "8" if text[last] == "9" else chr(ord(text[last]) + 1)
        return [text[:last] + other + text[last + 1:]] if last else []
    return numbers(text)


def operators(text, previous):
    if text in ASSIGN:
        return ASSIGN[text]
    if text in BINARY and previous is not None and (
            previous.spelling in (")", "]") or
            previous.kind in (ci.TokenKind.IDENTIFIER, ci.TokenKind.LITERAL)):
        return BINARY[text]
    return [""] if text in ("!", "~", "-") else []


class File:
    """One file of the core, its tokens and its mutants."""

    def __init__(self, root, path):
        self.path, self.data = path, (root / path).read_bytes()
        self.found, self.seen = [], {}
        args = ["-x", "c", "-std=c11", f"-I{root}/include", f"-I{root}/src"]
        self.unit = ci.Index.create().parse(
            str(root / path), args=args,
            options=ci.TranslationUnit.PARSE_DETAILED_PROCESSING_RECORD)
        wrong = [d.spelling for d in self.unit.diagnostics if d.severity >= ci.Diagnostic.Error]
        if wrong and not path.endswith(".def"):
            raise SystemExit(f"FAILED: clang cannot read {path}: {wrong}")
        self.tokens = [t for t in self.unit.get_tokens(extent=self.unit.cursor.extent)
                       if t.kind != ci.TokenKind.COMMENT]
        self.line_starts = [0] + [m.end() for m in re.finditer(b"\n", self.data)]

    def here(self, cursor):
        return cursor.location.file and cursor.location.file.name == self.unit.spelling

    def add(self, where, column, start, end, new):
        new = new.encode() if isinstance(new, str) else new
        if self.data[start:end] == new:
            return
        first = self.data.rfind(b"\n", 0, start) + 1
        last = self.data.find(b"\n", end)
        before = self.data[first:last].decode()
        after = (self.data[first:start] + new + self.data[end:last]).decode()
        before, after = ([s for s in (line.strip() for line in text.split("\n")) if s]
                         for text in (before, after))
        # lines that stay are of no interest
        while len(before) > 1 and len(after) > 1 and before[0] == after[0]:
            del before[0], after[0]
        while len(before) > 1 and len(after) > 1 and before[-1] == after[-1]:
            del before[-1], after[-1]
        key = where, tuple(before), tuple(after)
        places = self.seen.setdefault(key, [])
        if (start, end) in places:
            return
        places.append((start, end))
        self.found.append(Mutant(self.path, where, column, start, end, new, key[1], key[2],
                                 len(places)))

    def text(self, start, end):
        return self.data[start:end].decode()


def span(cursor):
    return cursor.extent.start.offset, cursor.extent.end.offset


class Code(File):
    """A .c or .h file."""

    def mutants(self):
        cursors = []
        self.enumerators, self.zeros, self.declared = {}, set(), set()
        for top in self.unit.cursor.get_children():
            if top.kind == C.ENUM_DECL:
                self.enumeration(top)
            if self.here(top):
                cursors += top.walk_preorder()
        self.expansions = sorted(span(c) for c in cursors if c.kind == C.MACRO_INSTANTIATION)
        # the innermost wins; a function is one place, whatever stands in it
        self.places = [(*span(c), c.spelling or c.type.spelling, c.kind) for c in cursors
                       if c.kind in (C.MACRO_DEFINITION, C.FUNCTION_DECL, C.VAR_DECL,
                                     C.ENUM_DECL, C.STRUCT_DECL)]
        self.skipped = [span(c) for c in cursors
                        if c.kind in (C.INCLUSION_DIRECTIVE, C.STATIC_ASSERT, C.UNEXPOSED_ATTR)]
        for cursor in cursors:
            if cursor.kind == C.FUNCTION_DECL and cursor.is_definition() and \
                    not self.expanded(*span(cursor)):
                self.function(cursor)
        self.by_tokens()
        return self.found

    def enumeration(self, enum):
        constants = [c for c in enum.get_children() if c.kind == C.ENUM_CONSTANT_DECL]
        names = [c.spelling for c in constants]
        if len(names) > 1:
            self.enumerators |= dict(zip(names, names[1:] + names[:1]))
        self.declared |= {span(c)[0] for c in constants if self.here(c)}
        self.zeros |= {c.spelling for c in constants if not c.enum_value}

    def place(self, offset):
        inside = [p for p in self.places if p[0] <= offset < p[1]]
        for kind in (C.MACRO_DEFINITION, C.FUNCTION_DECL):
            for p in inside:
                if p[3] == kind:
                    return p[2], "macro " + p[2] if kind == C.MACRO_DEFINITION else ""
        return (min(inside, key=lambda p: p[1] - p[0])[2] if inside else "-"), ""

    def expanded(self, start, end):
        """Wholly inside of a macro's expansion: places in the tree are the macro's."""
        return any(a <= start and end <= b for a, b in self.expansions)

    def function(self, function):
        name = function.spelling
        body = [c for c in function.get_children() if c.kind == C.COMPOUND_STMT]
        self.result = function.result_type.get_canonical()
        self.final = list(body[0].get_children())[-1:] if body else []
        for cursor in function.walk_preorder():
            self.node(name, cursor)

    def node(self, name, cursor):
        children = list(cursor.get_children())
        start, end = span(cursor)
        if cursor.kind in (C.IF_STMT, C.WHILE_STMT, C.CONDITIONAL_OPERATOR):
            self.negate(name, children[0])
        elif cursor.kind == C.DO_STMT:
            self.negate(name, children[1])
        elif cursor.kind == C.BINARY_OPERATOR and not self.expanded(start, end):
            left, right = span(children[0]), span(children[1])
            if self.text(left[1], right[0]).strip(" \t\n\\()") in ("&&", "||"):
                self.add(name, "", start, end, self.text(*left))
                self.add(name, "", start, end, self.text(*right))
        elif cursor.kind == C.RETURN_STMT and children:
            self.returned(name, children[0])
        elif cursor.kind in (C.CASE_STMT, C.DEFAULT_STMT):
            colon = self.data.index(b":", span(children[0])[1] if cursor.kind == C.CASE_STMT
                                    else start)
            self.add(name, "", start, colon + 1, self.blank(start, colon + 1))
        self.statements(name, cursor, children)

    def blank(self, start, end):
        """As many lines as before."""
        return "\n" * self.data.count(b"\n", start, end)

    def negate(self, name, condition):
        start, end = span(condition)
        if condition.kind == C.UNARY_OPERATOR and self.data[start:start + 1] == b"!":
            return  # the operator goes, by its token
        if condition.kind == C.BINARY_OPERATOR and not self.expanded(start, end):
            left, right = map(span, condition.get_children())
            if self.text(left[1], right[0]).strip(" \t\n\\()") in RELATIONS:
                return  # the operator's own mutants
        self.add(name, "", start, end, f"!({self.text(start, end)})")

    def returned(self, name, value):
        start, end = span(value)
        text = self.text(start, end)
        if self.result.kind == ci.TypeKind.BOOL:
            if text not in WORDS:
                self.add(name, "", start, end, f"!({text})")
        elif self.result.kind == ci.TypeKind.POINTER:
            self.add(name, "", start, end, "NULL")
        elif self.result.kind != ci.TypeKind.RECORD and not NUMBER.match(text):
            if text not in self.zeros:
                self.add(name, "", start, end, "0")
            if text not in self.enumerators:
                self.add(name, "", start, end, f"({text}) ^ 1")

    REMOVED = {C.CALL_EXPR, C.COMPOUND_ASSIGNMENT_OPERATOR, C.BREAK_STMT, C.CONTINUE_STMT,
               C.RETURN_STMT, C.BINARY_OPERATOR, C.UNARY_OPERATOR}

    def statements(self, name, cursor, children):
        if cursor.kind == C.COMPOUND_STMT:
            inner = children
        elif cursor.kind in (C.IF_STMT, C.WHILE_STMT, C.CASE_STMT):
            inner = children[1:]
        elif cursor.kind == C.FOR_STMT:
            inner = children[-1:]
        elif cursor.kind in (C.DEFAULT_STMT, C.DO_STMT):
            inner = children[:1]
        else:
            return
        for statement in inner:
            start, end = span(statement)
            if statement.kind in self.REMOVED and statement not in self.final:
                self.add(name, "", start, end, self.blank(start, end))

    def by_tokens(self):
        previous, directive = None, 0
        for i, token in enumerate(self.tokens):
            start, end = span(token)
            text = token.spelling
            line = token.location.line
            if text == "#" and (previous is None or previous.location.line != line):
                following = self.tokens[i + 1].spelling if i + 1 < len(self.tokens) else ""
                directive = line if following != "define" else 0
                if following == "define":
                    head = i + 2
            if line != directive and not any(a <= start < b for a, b in self.skipped):
                where, column = self.place(start)
                if column and start <= span(self.tokens[head])[0]:
                    pass  # the name of a macro
                else:
                    for new in self.instead(token, previous):
                        self.add(where, column, start, end, new)
            previous = token

    def instead(self, token, previous):
        text, kind = token.spelling, token.kind
        if kind == ci.TokenKind.LITERAL:
            return literals(text)
        if kind in (ci.TokenKind.IDENTIFIER, ci.TokenKind.KEYWORD):
            if text in WORDS:
                return [WORDS[text]]
            return [self.enumerators[text]] if text in self.enumerators and \
                span(token)[0] not in self.declared else []
        if text == "*" and token.cursor.kind != C.BINARY_OPERATOR:
            return []  # a pointer; in macros of the core as well
        return operators(text, previous)


class Table(File):
    """A .def file."""

    def mutants(self):
        self.placed = [(t, span(t)) for t in self.tokens]
        self.starts = [at[0] for _, at in self.placed]
        rows, columns = [], {}
        for row in self.rows():
            rows.append(row)
            for i, (start, end) in enumerate(row[3]):
                columns.setdefault((row[0], i), []).append(self.text(start, end))
        for row, following in zip(rows, rows[1:] + [None]):
            macro, start, end, fields = row
            name = f"{macro}({self.text(*fields[0])})"
            for i, field in enumerate(fields):
                if i in SENTENCES.get(macro, []):
                    continue
                self.field(name, f"{macro} {i}", columns[macro, i], i, field,
                           following if following and following[0] == macro else None)
            self.add(name, macro, start, end, b"\n" * self.data.count(b"\n", start, end))
            if following and following[0] == macro:
                between = self.data[end:following[1]]
                self.add(name, macro, start, following[2], self.data[slice(*following[1:3])]
                         + between + self.data[start:end])
        return self.found

    def rows(self):
        """(macro, start, end, [(start, end) of each argument])"""
        tokens, i, line = self.tokens, 0, 0
        while i < len(tokens):
            if tokens[i].spelling == "#" and tokens[i].location.line != line:
                line = tokens[i].location.line
                while i < len(tokens) and tokens[i].location.line == line:
                    # a directive of several lines
                    if self.data[span(tokens[i])[1]:].lstrip(b" \t").startswith(b"\\\n"):
                        line += 1
                    i += 1
                continue
            if not tokens[i].spelling.startswith("HVP_") or tokens[i + 1].spelling != "(":
                raise SystemExit(f"FAILED: {self.path}:{tokens[i].location.line}: no row")
            first, depth, fields = i, 0, []
            begin = i + 2
            while True:
                i += 1
                text = tokens[i].spelling
                depth += {"(": 1, ")": -1}.get(text, 0)
                if (text == "," and depth == 1) or not depth:
                    fields.append((span(tokens[begin])[0], span(tokens[i - 1])[1])
                                  if begin < i else (span(tokens[i])[0],) * 2)
                    begin = i + 1
                if not depth:
                    break
            yield tokens[first].spelling, span(tokens[first])[0], span(tokens[i])[1], fields
            line = tokens[i].location.line
            i += 1

    def field(self, name, column, values, index, field, following):
        start, end = field
        text = self.text(start, end)
        if re.fullmatch(r"\w+", text) and not text[0].isdigit() or \
                re.fullmatch(r"\d_\w+", text):
            if index == 0 and following:
                # two names exchanged, so that each still has a row
                other = following[3][0]
                self.add(name, column, start, other[1], self.data[slice(*other)]
                         + self.data[end:other[0]] + self.data[start:end])
            distinct = list(dict.fromkeys(v for v in values if re.fullmatch(r"\w+", v)))
            if index and len(distinct) > 1:
                self.add(name, column, start, end,
                         distinct[(distinct.index(text) + 1) % len(distinct)])
            return
        previous = None
        for token, (a, b) in self.placed[bisect.bisect_left(self.starts, start):
                                         bisect.bisect_left(self.starts, end)]:
            new = literals(token.spelling) if token.kind == ci.TokenKind.LITERAL else \
                operators(token.spelling, previous)
            for one in new[:1]:
                self.add(name, column, a, b, one)
            previous = token


def make(root, path):
    return (Table if path.endswith(".def") else Code)(root, path).mutants()

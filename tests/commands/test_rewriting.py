"""SPEC syntax becomes Python, and Python stays Python."""

import ast
import time
import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bsh.commands import Syntax, rewrite

NAMES = {
    "mv": Syntax.EXPRESSIONS,
    "ct": Syntax.EXPRESSIONS,
    "ascan": Syntax.EXPRESSIONS,
    "wa": Syntax.WORDS,
    "scans": Syntax.WORDS,
    "comment": Syntax.RAW,
}


def rewritten(source, shadowed=()):
    return rewrite(source, NAMES, shadowed)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("mv th 1.5", "_bsh_('mv th 1.5', 'mv', lambda: th, lambda: 1.5)"),
        ("mv th tth/2", "_bsh_('mv th tth/2', 'mv', lambda: th, lambda: _bsh_.value(tth)/2)"),
        ("mv th th.position+1", "_bsh_('mv th th.position+1', 'mv', lambda: th, lambda: _bsh_.value(th.position)+1)"),
        ("mv th abs(tth)", "_bsh_('mv th abs(tth)', 'mv', lambda: th, lambda: abs(_bsh_.value(tth)))"),
        ("mv th centre(tth)", "_bsh_('mv th centre(tth)', 'mv', lambda: th, lambda: centre(tth))"),
        ("mv th 1.5 + 0.2", "_bsh_('mv th 1.5 + 0.2', 'mv', lambda: th, lambda: 1.5 + 0.2)"),
        ("mv th 1 -0.2", "_bsh_('mv th 1 -0.2', 'mv', lambda: th, lambda: 1, lambda: -0.2)"),
        ("wa", "_bsh_('wa', 'wa')"),
        ("wa -v", "_bsh_('wa -v', 'wa', None)"),
        ("wa sam*", "_bsh_('wa sam*', 'wa', None)"),
        ("wa *x", "_bsh_('wa *x', 'wa', None)"),
        ("mv /tmp/a /tmp/b", "_bsh_('mv /tmp/a /tmp/b', 'mv', None)"),
        ("ct -1000", "_bsh_('ct -1000', 'ct', lambda: -1000)"),
        ("ct 1 det", "_bsh_('ct 1 det', 'ct', lambda: 1, lambda: det)"),
        ("scans -n 5", "_bsh_('scans -n 5', 'scans', None, lambda: 5)"),
        (
            "ascan th 0 1 10 1 sample='Fe O'",
            "_bsh_(\"ascan th 0 1 10 1 sample='Fe O'\", 'ascan', lambda: th, lambda: 0, lambda: 1, "
            "lambda: 10, lambda: 1, sample=lambda: 'Fe O')",
        ),
        ("comment it's; (odd # text", '_bsh_("comment it\'s; (odd # text", \'comment\')'),
        ("mv th 1  # there", "_bsh_('mv th 1', 'mv', lambda: th, lambda: 1)  # there"),
        ("mv th {1: 2}[1]", "_bsh_('mv th {1: 2}[1]', 'mv', lambda: th, lambda: {1: 2}[1])"),
    ],
)  # fmt: skip
def test_a_command_becomes_a_call_with_one_function_an_argument(source, expected):
    assert rewritten(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        "mv = 3", "mv: int = 3", "mv(th, 1)", "mv (th, 1)", "mv.usage", "x = mv", "mv - 1",
        "mv -1 if x else 2",
        "print(mv)", "lambda: wa", "(wa)", "wa == 3", "del wa", "@wa\ndef f(): pass", "x = 'mv th 1'",
        "'''\nmv th 1\nwa\n'''", "f(\n  mv\n)", "# mv th 1", "move th 1", "cp a b", "mvx th 1", "x.mv th 1",
        "%wa -v", "!mv a b", "?wa", "wa?", "wa??", "%%time\nwa\nmv th 1", "x = %mv th 1", "y = !wa it's (",
        "", "\n", "    ", "mv", "x = 3\nmv", "for mv in range(3): mv",
    ],
)  # fmt: skip
def test_everything_else_stays_as_it_is(source):
    assert rewritten(source, shadowed={"mv"}) == source


def test_a_shadowed_name_with_arguments_that_are_no_python_is_still_the_command():
    assert rewritten("mv th 1", shadowed={"mv"}).startswith("_bsh_(")


@pytest.mark.parametrize(
    "source",
    [
        "ct = 5\nct", "import ct\nct", "from x import y as ct\nct", "def ct(): pass\nct",
        "class ct: pass\nct",
        "def f(ct):\n    ct", "for ct in x:\n    ct", "with x as ct:\n    ct", "try: x\nexcept E as ct: ct",
        "match x:\n    case ct: ct", "[ct for ct in x]\nct", "del ct\nct",
        "ct = 5\nct -1",
    ],
)  # fmt: skip
def test_a_name_assigned_in_the_same_text_is_a_variable(source):
    assert rewritten(source) == source


def test_a_bare_name_beside_lines_that_are_no_python_is_found():
    assert rewritten("mv th 1\nwa") == "_bsh_('mv th 1', 'mv', lambda: th, lambda: 1)\n_bsh_('wa', 'wa')"
    assert rewritten("%time x\nwa\n!ls it's (\nct").splitlines()[1::2] == [
        "_bsh_('wa', 'wa')",
        "_bsh_('ct', 'ct')",
    ]
    assert rewritten("ct = 5\nmv th 1\nct").endswith("\nct")


@pytest.mark.parametrize(
    "source",
    [
        "for i in range(3): mv th i; wa",
        "for i in range(3):\n    mv th i\n    ct 1\n",
        "if x[1:2] and {1: 2}: mv th 1",
        "if x := f(): mv th 1",
        "while (lambda: 0)(): ct 1",
        "while lambda: 0: ct 1",
        "try: mv th 1\nexcept E: wa\nelse: ct\nfinally: mv th 0",
        "with a as b, c: mv th 1",
        "def scan(motor: str = 'a:b', *rest) -> int: mv motor 1; ct 1",
        "class A:\n    wa",
        "async def f(): ct 1",
        "match x:\n    case 1: mv th 1\n    case [a, *b]: wa\n",
        "if x: pass\nelif y: mv th 1",
        "x = 3; mv th x; print(x); wa",
        "@f\ndef g():\n    '''doc: mv'''\n    mv th 1",
    ],
)
def test_commands_are_found_in_blocks_and_one_liners(source):
    new = rewritten(source)
    assert "_bsh_(" in new
    ast.parse(new)


def test_a_command_spanning_lines_keeps_its_lines():
    source = "mv th (1 +\n  2) tth \\\n  3\nx = 1"
    new = rewritten(source)
    assert new.count("\n") == source.count("\n")
    assert new.endswith("\nx = 1")
    tree = ast.parse(new)
    assert tree.body[0].value.args[0].value == "mv th (1 + 2) tth 3"
    assert tree.body[1].lineno == 4


@pytest.mark.parametrize(
    "source",
    ["mv th 'abc", "mv th 1)", "mv th [1)", "mv th 1, tth 2", "mv th (yield)", "mv th a b c!", "mv th *x",
     "mv th x:=3", "ascan th 0 1 10 1 from=2", "ascan th 0 1 10 1 a=1 a=2", "mv th é! 3"],
)  # fmt: skip
def test_arguments_that_do_not_parse_leave_python_that_does(source):
    new = rewritten(source)
    call = ast.parse(new).body[0].value
    assert call.func.id == "_bsh_"


def test_a_bracket_that_is_never_closed_is_told_with_its_line():
    assert rewritten("mv th (1") == "_bsh_('mv th (1', 'mv', lambda: th, None)"
    source = "mv th (1\nwa\n"
    assert rewritten(source) == source  # Python names the line of the bracket


def test_an_unreadable_argument_has_no_function():
    assert rewritten("mv th 'abc") == "_bsh_(\"mv th 'abc\", 'mv', lambda: th, None)"


def test_text_beyond_ascii_keeps_its_place():
    assert rewritten("x = 'µ→'; wa") == "x = 'µ→'; _bsh_('wa', 'wa')"


def test_windows_line_ends_survive():
    assert rewritten("wa\r\nmv th 1\r\n") == (
        "_bsh_('wa', 'wa')\r\n_bsh_('mv th 1', 'mv', lambda: th, lambda: 1)\r\n"
    )


def test_names_without_a_syntax_are_read_as_expressions():
    assert rewrite("mv th 1", ["mv"]) == "_bsh_('mv th 1', 'mv', lambda: th, lambda: 1)"


def test_no_warning_comes_from_text_that_is_only_looked_at():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        rewritten("mv th '\\d'\nx = '\\d'\nwa")


def test_a_typical_line_is_rewritten_in_less_than_a_millisecond():
    lines = ["mv th 1.5", "wa", "ascan th -1 1 20 0.1 det", "x = [i**2 for i in range(10)]", "ct 1"]
    best = min(_seconds(lines) for _ in range(20)) / len(lines)
    assert best < 1e-3


def _seconds(lines):
    start = time.perf_counter()
    for line in lines:
        rewritten(line)
    return time.perf_counter() - start


# -- properties ------------------------------------------------------------------------------------

ATOMS = [
    "th",
    "1",
    "-1",
    "1.5",
    "'a b'",
    "(1, 2)",
    "[3]",
    "x",
    "+",
    "-v",
    "sam*",
    "n=5",
    '"',
    "'",
    ")",
    "#c",
    "é",
]
FIRST = [*NAMES, "x", "print", "cp", "%wa", "!ls", "wa?"]
line = st.builds(
    lambda indent, first, rest, end: indent + " ".join([first, *rest]) + end,
    st.sampled_from(["", "", "", "    ", "for i in y: ", "if x: ", "x = ", "def f(a): "]),
    st.sampled_from(FIRST),
    st.lists(st.sampled_from(ATOMS), max_size=5),
    st.sampled_from(["", "", ";", "; wa", "  # note", ":", " \\"]),
)
text = st.lists(line, min_size=1, max_size=5).map("\n".join) | st.text(
    alphabet="mvwact xyz\n\t ;:#'\"()[]{}\\=+-*%!?.1é", max_size=60
)


@settings(max_examples=400, deadline=None)
@given(text)
def test_lines_are_kept_and_a_second_pass_changes_nothing(source):
    new = rewritten(source)
    assert new.count("\n") == source.count("\n")
    assert rewritten(new) == new


@settings(max_examples=300, deadline=None)
@given(text)
def test_python_is_changed_only_where_a_bare_command_or_a_glued_operator_stands(source):
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return
    bare = [
        statement
        for statement in ast.walk(tree)
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Name | ast.BinOp)
    ]
    new = rewritten(source)
    if not bare:
        assert new == source
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert ast.dump(ast.parse(new)) == ast.dump(tree) or bare


@settings(max_examples=300, deadline=None)
@given(text)
def test_shadowed_bare_names_are_never_commands(source):
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(source)
    except (SyntaxError, ValueError):
        return
    assert rewrite(source, NAMES, set(NAMES)) == source


def test_ct_plus_and_minus_are_short_for_changing_the_counters():
    names = ["ct", "mg"]
    assert rewrite("ct+ mon det", names) == rewrite("mg add mon det", names)
    assert rewrite("x = 1; ct- mon", names) == rewrite("x = 1; mg rm mon", names)
    for python in ("ct - mon", "ct+mon", "x = 'ct+ mon'", "ct+ 1"):
        assert rewrite(python, names) == python
    assert rewrite("ct+ mon", names, shadowed=["ct"]) == "ct+ mon"

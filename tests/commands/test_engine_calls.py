"""RE(plan) as typed becomes a call that can be looked at first."""

import pytest

from bsh.commands import rewrite


@pytest.mark.parametrize(
    ("typed", "rewritten"),
    [
        (
            "RE(count([det]))",
            "_bsh_.typed('RE(count([det]))', RE, lambda: (count,), lambda: (det,))(lambda: (count([det])))",
        ),
        (
            "x = RE(p, a=1)",
            "x = _bsh_.typed('RE(p, a=1)', RE, lambda: (), lambda: (p,))(lambda: (p), a=1)",
        ),
        (
            "for i in [1]:\n    RE(bps.mv(th, i))\n",
            "for i in [1]:\n    _bsh_.typed('RE(bps.mv(th, i))', RE, lambda: (bps.mv,), lambda: (th, i,))"
            "(lambda: (bps.mv(th, i)))\n",
        ),
    ],
)
def test_the_plan_becomes_a_function(typed, rewritten):
    assert rewrite(typed, ["mv"]) == rewritten
    assert rewrite(rewritten, ["mv"]) == rewritten


@pytest.mark.parametrize(
    "source",
    [
        "def f():\n    RE(count([det]))\n",
        "f = lambda: RE(p)",
        "[RE(p) for p in plans]",
        "RE()",
        "RE(*plans)",
        "RE((y := p))",
        "session.RE(p)",
        "MORE(p)",
        "RE.md",
        "'RE(p)'",
    ],
)
def test_everything_else_stays_as_it_is(source):
    assert rewrite(source, ["mv"]) == source


def test_lines_keep_their_numbers():
    source = "RE(\n    count(\n        [det],\n    ),\n    note='ä',\n)\nmv th 1\n"
    assert rewrite(source, ["mv"]).count("\n") == source.count("\n")


def test_a_command_and_the_engine_in_one_line():
    assert rewrite("mv th 1; RE(p)", ["mv"]).startswith(
        "_bsh_('mv th 1', 'mv', lambda: th, lambda: 1); _bsh_.typed("
    )


@pytest.mark.parametrize(
    ("typed", "plan"),
    [
        ("<count([det])", "RE(count([det]))"),
        ("< count([det])", "RE(count([det]))"),
        ("mv th 1; <p", "mv th 1; RE(p)"),
        ("for p in plans: <p", "for p in plans: RE(p)"),
        ("if x:\n    <p\n", "if x:\n    RE(p)\n"),
    ],
)
def test_a_prefix_runs_a_plan(typed, plan):
    assert rewrite(typed, ["mv"]) == rewrite(plan, ["mv"])
    assert "_bsh_.typed" in rewrite(typed, ["mv"])


@pytest.mark.parametrize(
    "source", ["x = (1\n<2)", "'''\n<p\n'''", "a <b", "<<p", "%%html\n<p>", "!cat <file", "# <p"]
)
def test_other_angle_brackets_stay(source):
    assert rewrite(source, ["mv"]) == source

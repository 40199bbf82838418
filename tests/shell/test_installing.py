"""bsh's commands in an IPython without a terminal."""

import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from bsh.shell.transformer import SpecTransformer


@pytest.fixture
def ip(tmp_path, monkeypatch):
    monkeypatch.setenv("BSH_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("BSH_PROFILE", "sim")
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    shell = InteractiveShell(config=config, ipython_dir=str(tmp_path / "ipython"))
    yield shell
    if "bsh_magics" in shell.extension_manager.loaded:
        shell.run_line_magic("unload_ext", "bsh_magics")


@pytest.fixture
def loaded(ip, capsys):
    ip.run_line_magic("load_ext", "bsh_magics")
    capsys.readouterr()
    return ip


def test_load_ext_gives_devices_commands_and_magics(loaded, capsys):
    assert loaded.run_cell("mv th 0.1; wa th").success
    assert loaded.run_cell("%ct 0.01 mon").success
    out = capsys.readouterr().out
    assert "th: 0.0000 → 0.1000 deg" in out
    assert "mon =" in out


def test_a_scan_shows_its_table(loaded, capsys):
    assert loaded.run_cell("ascan th 0 0.1 2 0.01").success
    assert "#1 done · 3 points" in capsys.readouterr().out


def test_errors_of_commands_are_short(loaded, capsys):
    loaded.run_cell("mv thh 1")
    captured = capsys.readouterr()
    assert captured.err.splitlines() == ["mv: motor: unknown motor thh", "did you mean th, tth?"]
    assert "Traceback" not in captured.out


def test_config_of_a_trait_stays_ipythons_and_config_alone_is_about_the_profile(loaded, capsys):
    assert loaded.run_cell("%config InteractiveShell.cache_size = 123").success
    assert loaded.cache_size == 123
    assert loaded.run_cell("%config -s confirm_over").success
    assert "1800.0" in capsys.readouterr().out


def test_unload_ext_takes_everything_back(loaded):
    loaded.run_line_magic("unload_ext", "bsh_magics")
    assert "ConfigMagics" in repr(loaded.find_line_magic("config"))
    assert "th" not in loaded.user_ns
    assert "wa" not in loaded.magics_manager.magics["line"]
    transforms = loaded.input_transformer_manager.cleanup_transforms
    assert not [t for t in transforms if isinstance(t, SpecTransformer)]


def test_incomplete_input_is_seen_as_such(loaded):
    check = loaded.input_transformer_manager.check_complete
    assert check("for i in range(3):\n    mv th i")[0] == "incomplete"
    assert check("mv th 1")[0] == "complete"
    assert check("mv th (1 +")[0] == "complete"  # an error at once, with words
    assert check("mv th 'abc")[0] == "complete"
    assert check("mv th \\")[0] == "incomplete"


def test_cell_magics_and_help_stay_ipythons(loaded):
    transform = loaded.transform_cell
    assert transform("%%time\nmv th 1\n").startswith("get_ipython().run_cell_magic('time'")
    assert transform("mv?\n").startswith("get_ipython().run_line_magic('pinfo'")
    assert transform("%wa\n") == "get_ipython().run_line_magic('wa', '')\n"


def test_the_completer_offers_motors(loaded):
    loaded.Completer.use_jedi = False
    with provisionalcompleter():
        matches = [found.text for found in loaded.Completer.completions("mv sam", 6)]
    assert matches == ["samx", "samy"]

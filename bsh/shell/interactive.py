# mypy: disallow-untyped-calls=False, disallow-untyped-decorators=False
# IPython's methods carry no annotations.
"""bsh's IPython shell: the differences from the plain one.

Owns prompt, toolbar, output and leaving; what a line means is decided by the input transformer.
"""

from __future__ import annotations

import sys
from contextlib import nullcontext
from types import FunctionType, TracebackType
from typing import TYPE_CHECKING, Any

from IPython.core.displayhook import DisplayHook
from IPython.core.interactiveshell import InteractiveShell
from IPython.terminal.interactiveshell import TerminalInteractiveShell
from IPython.terminal.prompts import Prompts
from pygments.token import Token  # type: ignore[import-untyped]  # pygments ships no types

from bsh.errors import AsideInterrupted, RunEngineInterrupted
from bsh.session import Session
from bsh.shell.autoawait import autoawait_in_engine_event_loop
from bsh.shell.lexing import EmptyFirstLexer
from bsh.shell.loading import load_once_drawn
from bsh.shell.paused_run import KEYS_OF_THE_MENU, EndedEarly, ReturnedToPrompt
from bsh.shell.prompt import PromptLine

if TYPE_CHECKING:
    from bsh.commands.report import Report
    from bsh.shell.errors import ErrorText
    from bsh.shell.hidden_devices import DeviceNames
    from bsh.shell.pause_menu import PauseMenu
    from bsh.shell.screen import Screen

__all__ = ["BeamlineShell"]


class _Prompts(Prompts):
    """The prompt as tokens, for the places where IPython wants those."""

    shell: BeamlineShell

    def in_prompt_tokens(self) -> list[tuple[Any, str]]:
        line = self.shell.prompt_line
        return [(Token.Prompt, line.text() if line is not None else "> ")]

    def continuation_prompt_tokens(
        self, width: int | None = None, *, lineno: int | None = None, wrap_count: int | None = None
    ) -> list[tuple[Any, str]]:
        width = self._width() if width is None else width
        return [(Token.Prompt.Continuation, "... ".rjust(width))]

    def out_prompt_tokens(self) -> list[tuple[Any, str]]:
        return []


class _Output(DisplayHook):
    """Show values of expressions: no ``Out[1]:``, no report twice, and a word about plans nobody runs."""

    shell: BeamlineShell

    def __call__(self, result: Any = None) -> None:
        """Show one value."""
        from bsh.commands.report import Report

        if isinstance(result, Report) and self.shell.screen is not None:
            self.shell.show_once(result)
            self.check_for_underscore()
            self.update_user_ns(result)
            return
        card = self._card(result)
        if card:
            print(card)
            self.check_for_underscore()
            self.update_user_ns(result)
            return
        super().__call__(result)
        from bsh.shell.plan_hint import plan_hint

        hint = plan_hint(result)
        if hint:
            print(hint)

    def _card(self, result: Any) -> str:
        if result is None or self.shell.session is None or self.quiet():
            return ""
        from bsh.shell.device_card import device_card

        return device_card(result, self.shell.session)

    def write_output_prompt(self) -> None:
        """Write nothing: the value stands alone."""


class BeamlineShell(TerminalInteractiveShell):
    """IPython with a session behind it; see :meth:`attach`."""

    displayhook_class = _Output
    prompts_class = _Prompts

    def _atexit_once(self) -> None:
        """Leave the names where they are, which IPython clears here: what the profile runs on exit comes after this."""
        names = dict(self.user_ns)
        super()._atexit_once()
        self.user_ns.update(names)

    session: Session | None = None
    screen: Screen | None = None
    prompt_line: PromptLine | None = None
    menu: PauseMenu | None = None
    exit_code = 0
    _typed = ""
    _hint: Any = None
    _device_names: DeviceNames | None = None

    def attach(self, session: Session, prompt_line: PromptLine, *, plain: bool = False) -> None:
        """Give the shell its session and its prompt; screen and menu come with the session's engine.

        Parameters
        ----------
        session : Session
            What commands act on.
        prompt_line : PromptLine
            Prompt and toolbar.
        plain : bool
            No colour and no live region.
        """
        self.session, self.prompt_line = session, prompt_line
        self.set_custom_exc((Exception,), BeamlineShell._on_error)
        session.when_complete(lambda: self._show_plans(session, plain))
        autoawait_in_engine_event_loop(self)
        load_once_drawn(self.pt_app.app if self.pt_app is not None else None, session)
        self._clear_line_with_ctrl_c()

    def _clear_line_with_ctrl_c(self) -> None:
        """Let one Ctrl+C clear the line: with a menu of completions open IPython only closes that, and keeps the line."""
        from prompt_toolkit.filters import has_completions, has_focus
        from prompt_toolkit.key_binding import KeyBindings

        bindings = self.pt_app.key_bindings if self.pt_app is not None else None
        if isinstance(bindings, KeyBindings):
            clear = bindings.add("c-c", filter=has_completions & has_focus("DEFAULT_BUFFER"))
            clear(lambda event: event.current_buffer.reset())

    def _show_plans(self, session: Session, plain: bool) -> None:
        from bsh.commands import set_pause_hook
        from bsh.shell.last_scan import LastScan
        from bsh.shell.pause_menu import PauseMenu
        from bsh.shell.screen import Screen

        LastScan(self, session)
        self.screen = Screen(session, plain=plain)
        self.menu = PauseMenu(session, self.screen.owner, keep=self.keep_typed)
        set_pause_hook(session, self.menu)
        self._hint = self._made_hint(session)

    # -- input -------------------------------------------------------------------------------------

    def init_alias(self) -> None:
        """Have no alias of the system's commands: ``mv`` and ``cp`` would move and copy files."""
        InteractiveShell.init_alias(self)
        if self.alias_manager is not None:
            self.alias_manager.clear_aliases()

    def prompt_for_code(self) -> str:
        """Read the next input: a line that waited for its turn, else what is typed now."""
        queued = self._next_queued()
        if queued is not None:
            return queued
        # From here on Ctrl+C is a key: prompt_toolkit changes the terminal late, and breaks over a signal before.
        with self.pt_app.app.input.raw_mode() if self.pt_app is not None else nullcontext():
            if self.prompt_line is not None:
                self.prompt_line.refresh()
            return str(super().prompt_for_code())

    def _next_queued(self) -> str | None:
        """Take the next line of the queue, and show it as if it were typed; half a line goes to the prompt."""
        if self.session is None or self.screen is None or self.prompt_line is None:
            return None
        line = self.session.queue.take() if self.session.state == "idle" else None
        if line is None:
            typed, self.screen.typed.text = self.screen.typed.text, ""
            if typed:
                self.keep_typed(typed)
            return None
        print(f"{self.prompt_line.text()}{line}")
        if self.pt_app is not None:
            self.pt_app.history.append_string(line)
        return line

    def interact(self) -> None:
        """Read and run input until the shell is left; Ctrl+C between two lines asks for the next one."""
        while True:
            try:
                super().interact()
            except KeyboardInterrupt:
                print()
            else:
                return

    def _extra_prompt_options(self) -> dict[str, Any]:
        options: dict[str, Any] = super()._extra_prompt_options()
        options["lexer"] = EmptyFirstLexer(options["lexer"])
        line = self.prompt_line
        if line is not None:
            options |= {"message": line.fragments, "refresh_interval": 1.0}
            if not line.plain:
                options["bottom_toolbar"] = line.toolbar
                options["input_processors"] = [*options.get("input_processors", ()), self._usage_hint()]
        return options

    def run_cell(self, raw_cell: str, *args: Any, **kwargs: Any) -> Any:
        """Run what was typed; nothing of it runs where Ctrl+C comes before it has begun."""
        try:
            self._before_cell(raw_cell)
            result = super().run_cell(raw_cell, *args, **kwargs)
        except KeyboardInterrupt as error:
            self._say_interrupted(error)
            result = super().run_cell("", store_history=False, silent=True)
            result.error_before_exec = error
        if self.session is not None and self.session.is_complete:
            self._after_cell(result)
        return result

    def _usage_hint(self) -> Any:
        from prompt_toolkit.layout.processors import DynamicProcessor

        return DynamicProcessor(lambda: self._hint)

    def _made_hint(self, session: Session) -> Any:
        from prompt_toolkit.filters import IsDone
        from prompt_toolkit.layout.processors import ConditionalProcessor

        from bsh.shell.usage_hint import UsageHint

        assert self.prompt_line is not None
        return ConditionalProcessor(UsageHint(session, self.user_ns, self.prompt_line.text), ~IsDone())

    def _before_cell(self, typed: str) -> None:
        from bsh.shell.hidden_devices import DeviceNames

        self._typed = typed
        assert self.session is not None
        self.session.complete()
        self._device_names = DeviceNames(self.session)
        self.session.journal.begin(typed)
        if self.screen is not None:
            self.screen.last_shown = None

    def _after_cell(self, result: Any) -> None:
        assert self.session is not None
        self.session.recorder.typed(self._typed, worked=result.success)
        for name in self._device_names.look_again() if self._device_names is not None else ():
            print(f"{name} no longer means the device in Python; del {name} brings it back")
        queue = self.session.queue
        queue.line_ended()
        if not result.success and len(queue) and not queue.paused:
            queue.pause("the line before did not end well")
            print(f"the queue is paused, {len(queue)} waiting: q shows, q go runs, q clear drops them")
        self.session.last_peak.look_soon()

    def keep_typed(self, text: str) -> None:
        """Put what was typed ahead into the next prompt, where Enter runs it.

        Parameters
        ----------
        text : str
            The keys.
        """
        known = self.rl_next_input or ""
        typed = text.rpartition("\x03")[2]  # Ctrl+C takes back what was typed before it
        self.set_next_input(known + typed.replace("\r", "\n").rstrip("\n"))

    # -- output ------------------------------------------------------------------------------------

    def show_once(self, report: Report) -> None:
        """Show a report unless it is the one that its command has just shown.

        Parameters
        ----------
        report : Report
            The value of an expression.
        """
        assert self.screen is not None
        if self.screen.last_shown is not report:
            self.screen.show(report)
        self.screen.last_shown = None

    # -- errors ------------------------------------------------------------------------------------

    def _on_error(
        self,
        etype: type[BaseException],
        value: BaseException,
        tb: TracebackType | None,
        tb_offset: int | None = None,
    ) -> None:
        """Say in one or two lines what went wrong; ``%tb`` has everything."""
        sys.last_type, sys.last_value, sys.last_traceback = etype, value, tb
        try:
            self._show_error(value)
        except KeyboardInterrupt as pressed:  # IPython would call this function no more
            self._say_interrupted(pressed)

    def _show_error(self, value: BaseException) -> None:
        assert self.session is not None
        self.session.complete()
        assert self.screen is not None
        if isinstance(value, RunEngineInterrupted):
            self._on_interrupted(value)
            return
        self.screen.show_error(self._error_text(value), value)
        if self.call_pdb:
            self.debugger(force=True)

    def _on_interrupted(self, error: RunEngineInterrupted) -> None:
        """Show the menu for a plan that ``RE(...)`` left paused; otherwise all has been said."""
        assert self.session is not None
        assert self.menu is not None
        if isinstance(error, ReturnedToPrompt | EndedEarly | AsideInterrupted):
            return
        if self.session.state != "paused":
            self._hold_type_ahead()
            return
        try:
            self.menu()
        except RunEngineInterrupted:
            return
        except Exception as failure:
            self._on_error(type(failure), failure, failure.__traceback__)

    def _hold_type_ahead(self) -> None:
        """Keep lines that were typed before Ctrl+C from running after it: they wait at the prompt for Enter."""
        from bsh.shell.keys import KeyReader

        typed = KeyReader().pending()
        if typed:
            self.keep_typed(typed)

    def _say_interrupted(self, error: KeyboardInterrupt) -> None:
        sys.last_type, sys.last_value, sys.last_traceback = type(error), error, error.__traceback__
        print("\ninterrupted", file=sys.stderr)  # below the ^C that the terminal wrote
        self._hold_type_ahead()

    def _error_text(self, error: BaseException) -> ErrorText:
        assert self.session is not None
        from bsh.commands import movable_names
        from bsh.shell.errors import ErrorText, describe, unknown_command

        key = KEYS_OF_THE_MENU.get(self._typed.strip()) if self.session.state == "paused" else None
        if key and isinstance(error, NameError):
            return ErrorText("a scan is paused; at the prompt its menu takes words", f"type {key}")
        is_own = not isinstance(error, SyntaxError) or str(error.filename).startswith("<ipython-input")
        unknown = unknown_command(
            error,
            self._typed,
            self.session.registry.names,
            self.user_ns,
            movable_names(self.session),
            {name for name, value in self.user_ns.items() if isinstance(value, FunctionType)},
        )
        if is_own and unknown is not None:
            return unknown
        return describe(error, names=[name for name in self.user_ns if not name.startswith("_")])

    def _inspect(self, meth: str, oname: str, namespaces: Any = None, **kw: Any) -> Any:
        """Answer ``ascan?`` with the command's usage; everything else as IPython does."""
        from bsh.commands import CommandRunner

        found = self._object_find(oname, namespaces)
        if meth == "pinfo" and isinstance(found.obj, CommandRunner) and not kw.get("detail_level"):
            print(found.obj.__doc__)
            return None
        return super()._inspect(meth, oname, namespaces, **kw)

    # -- leaving -----------------------------------------------------------------------------------

    def showtraceback(self, *args: Any, **kwargs: Any) -> None:
        """Leave on SystemExit, with its code; Ctrl+C takes one word; everything else as IPython does."""
        error = sys.exc_info()[1]
        if isinstance(error, KeyboardInterrupt):
            self._say_interrupted(error)
            return
        if isinstance(error, SystemExit) and kwargs.get("exception_only"):
            from bsh.shell.errors import exit_code_of

            self.exit_code = exit_code_of(error)
            self.ask_exit()
            return
        super().showtraceback(*args, **kwargs)

    def ask_exit(self) -> None:
        """Leave at once; ask first while a plan is paused."""
        if self.session is not None and self.session.state == "paused":
            question = "A scan is paused; leaving aborts it. Leave? [y/N] "
            try:
                if not input(question).strip().lower().startswith("y"):
                    return
            except (EOFError, KeyboardInterrupt):
                print()
                return
        super().ask_exit()

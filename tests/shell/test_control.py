"""Two people at two terminals, and one profile."""


def test_a_shell_is_told_at_its_prompt_that_another_one_has_taken_control(open_shell):
    first = open_shell(columns=160)
    first.run("mv th 0.5")
    first.send("mv th 0.25")
    second = open_shell("--take")
    first.wait(r"^bsh: .* on .* \(pid \d+, /dev/pts/\d+\) since .* has taken control")
    first.wait(r"nothing new starts\n\w+ 1> mv th 0\.25$")
    first.send("\r")
    first.wait(r"is in control of this profile; nothing was started")
    second.wait_prompt()
    second.run("mv th 1")
    second.send("\x04")
    first.wait("has left: plans can be run here again")
    first.run("mv th 0.75")
    assert "0.75" in first.run("wm th")

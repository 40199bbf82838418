"""Questions about families of devices."""

from types import SimpleNamespace

from bsh.devices import (
    all_safe_rewind,
    ancestry,
    children,
    first_key_heuristic,
    is_movable,
    labels_of,
    reads_concurrently,
    root_ancestor,
    separate_devices,
    share_ancestor,
)
from bsh.devices.sim import SimDetector, SimMotor, SimRing, SimSignal


def _family():
    grandmother = SimSignal("grandmother")
    mother = SimSignal("mother", parent=grandmother)
    child = SimSignal("child", parent=mother)
    return grandmother, mother, child


def test_ancestry_goes_from_the_object_to_the_root():
    grandmother, mother, child = _family()
    assert ancestry(child) == [child, mother, grandmother]
    assert ancestry(grandmother) == [grandmother]
    assert root_ancestor(child) is grandmother


def test_relatives_share_an_ancestor_and_strangers_do_not():
    _, mother, child = _family()
    assert share_ancestor(mother, child)
    assert not share_ancestor(child, SimSignal("stranger"))


def test_separate_devices_drops_duplicates_and_parts_of_others_whatever_the_order():
    grandmother, mother, child = _family()
    stranger = SimSignal("stranger")
    assert separate_devices([child, stranger, grandmother, child, mother]) == [stranger, grandmother]
    assert separate_devices([grandmother, child]) == [grandmother]
    assert separate_devices([child, mother]) == [mother]
    assert separate_devices([]) == []


def test_separate_devices_compares_identity_not_equality():
    class Odd(SimSignal):
        def __eq__(self, other):
            raise AssertionError("devices must not be compared with ==")

        __hash__ = None

    one, two = Odd("one"), Odd("two")
    assert [device.name for device in separate_devices([one, two, one])] == ["one", "two"]


def test_first_key_heuristic_is_the_first_described_key():
    assert first_key_heuristic(SimMotor("th")) == "th"
    assert first_key_heuristic(SimRing("ring")) == "ring_current"


def test_all_safe_rewind_asks_those_that_have_an_opinion():
    safe = SimpleNamespace(rewindable=SimSignal("rewindable", value=True))
    unsafe = SimpleNamespace(rewindable=SimSignal("rewindable", value=False))
    assert all_safe_rewind([SimMotor("th"), safe])
    assert not all_safe_rewind([safe, unsafe])


def test_motors_and_signals_are_movable_and_detectors_are_not():
    assert is_movable(SimMotor("th"))
    assert is_movable(SimSignal("temperature"))
    assert not is_movable(SimDetector("det"))
    assert not is_movable(object())


def test_an_instance_attribute_counts_as_a_method_of_a_movable():
    bare = SimpleNamespace(
        name="x", parent=None, read=dict, describe=dict, read_configuration=dict, describe_configuration=dict
    )
    assert not is_movable(bare)
    bare.set = lambda value: None
    assert is_movable(bare)


def test_labels_are_a_frozen_set_and_nothing_has_none():
    assert labels_of(SimMotor("th", labels=["motors", "sample"])) == {"motors", "sample"}
    assert labels_of(SimMotor("th", labels="motors")) == {"motors"}
    assert labels_of(object()) == frozenset()


def test_children_are_the_parts_with_their_attribute_names():
    det = SimDetector("det")
    assert list(children(det)) == [("count_time", det.count_time)]
    assert list(children(object())) == []


def test_a_device_is_read_with_others_if_it_is_asynchronous_or_says_so():
    class Asynchronous:
        async def read(self): ...

    class Plain:
        def read(self): ...

    class Willing(Plain):
        concurrent_read = True

    assert [reads_concurrently(kind()) for kind in (Asynchronous, Plain, Willing)] == [True, False, True]

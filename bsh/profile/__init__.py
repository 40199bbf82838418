"""Profiles: a beamline as a YAML file, read with line numbers and checked before anything starts."""

from .classes import ClassNotFound, accepts, resolve
from .devices import references
from .find import (
    DefaultProfile,
    default_profile,
    find_profile,
    known_profiles,
    packaged_folder,
    settings_file,
    template_file,
    user_folder,
)
from .load import ProfileHead, check_classes, check_profile, load_profile, read_head
from .model import (
    DeviceRef,
    DeviceSpec,
    Line,
    MissedTarget,
    Profile,
    ShutterSpec,
    SuspenderSpec,
    TableOptions,
)
from .position import Position
from .problem import Problem, ProfileProblems
from .reference import profile_reference

__all__ = [
    "ClassNotFound",
    "DefaultProfile",
    "DeviceRef",
    "DeviceSpec",
    "Line",
    "MissedTarget",
    "Position",
    "Problem",
    "Profile",
    "ProfileHead",
    "ProfileProblems",
    "ShutterSpec",
    "SuspenderSpec",
    "TableOptions",
    "accepts",
    "check_classes",
    "check_profile",
    "default_profile",
    "find_profile",
    "known_profiles",
    "load_profile",
    "packaged_folder",
    "profile_reference",
    "read_head",
    "references",
    "resolve",
    "settings_file",
    "template_file",
    "user_folder",
]

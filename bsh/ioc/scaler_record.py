"""The fields of EPICS's scaler record, which caproto does not have.

Names and types follow the record's reference
(https://epics-modules.github.io/scaler/scalerRecord.html); importing this module registers the record.
"""

from __future__ import annotations

from caproto import ChannelType
from caproto.server import pvproperty
from caproto.server.records import RecordFieldGroup
from caproto.server.records.utils import copy_pvproperties, register_record

__all__ = ["N_CHANNELS", "ScalerFields"]

N_CHANNELS = 32


@register_record
class ScalerFields(RecordFieldGroup):
    """All fields of a scaler record but VAL."""

    _record_type = "scaler"
    _dtype = ChannelType.DOUBLE
    copy_pvproperties(locals(), RecordFieldGroup)

    count = pvproperty(name="CNT", dtype=ChannelType.ENUM, enum_strings=("Done", "Count"), value="Done")
    count_mode = pvproperty(
        name="CONT", dtype=ChannelType.ENUM, enum_strings=("OneShot", "AutoCount"), value="OneShot"
    )
    previous_count = pvproperty(
        name="PCNT", dtype=ChannelType.ENUM, enum_strings=("Done", "Count"), value="Done"
    )
    user_state = pvproperty(name="US", dtype=ChannelType.INT, value=0, read_only=True)
    scaler_state = pvproperty(name="SS", dtype=ChannelType.INT, value=0, read_only=True)
    frequency = pvproperty(name="FREQ", value=1e7, units="Hz")
    elapsed_time = pvproperty(name="T", value=0.0, units="s", precision=3)
    preset_time = pvproperty(name="TP", value=1.0, units="s", precision=3)
    auto_preset_time = pvproperty(name="TP1", value=1.0, units="s", precision=3)
    delay = pvproperty(name="DLY", value=0.0, units="s", precision=3)
    auto_delay = pvproperty(name="DLY1", value=0.0, units="s", precision=3)
    rate = pvproperty(name="RATE", value=10.0, units="Hz")
    auto_rate = pvproperty(name="RAT1", value=10.0, units="Hz")
    channel_count = pvproperty(name="NCH", dtype=ChannelType.INT, value=N_CHANNELS, read_only=True)
    display_precision = pvproperty(name="PREC", dtype=ChannelType.INT, value=3)
    engineering_units = pvproperty(name="EGU", dtype=ChannelType.STRING, value="counts")
    code_version = pvproperty(name="VERS", value=3.7, read_only=True)

    for _n in range(1, N_CHANNELS + 1):
        # counts are unsigned 32-bit integers in the record, which Channel Access serves as doubles
        locals()[f"channel_{_n}"] = pvproperty(name=f"S{_n}", value=0.0, read_only=True)
        locals()[f"preset_{_n}"] = pvproperty(name=f"PR{_n}", value=0.0)
        locals()[f"gate_{_n}"] = pvproperty(
            name=f"G{_n}", dtype=ChannelType.ENUM, enum_strings=("N", "Y"), value="Y" if _n == 1 else "N"
        )
        locals()[f"direction_{_n}"] = pvproperty(
            name=f"D{_n}", dtype=ChannelType.ENUM, enum_strings=("Up", "Dn"), value="Dn" if _n == 1 else "Up"
        )
        locals()[f"name_{_n}"] = pvproperty(name=f"NM{_n}", dtype=ChannelType.STRING, value="")
    del _n

"""The demo IOC: a small beamline over Channel Access on loopback, in caproto."""

from bsh.ioc.process import IocProcess
from bsh.ioc.server import serve

__all__ = ["IocProcess", "serve"]

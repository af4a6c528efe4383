"""A notification daemon of its own for the tests: dbusmock's notification_daemon template, with buttons, and with a
user (the interface org.example.Test) who clicks and closes.
"""
import json

import dbus
import dbus.service
from dbusmock.templates import notification_daemon

BUS_NAME = notification_daemon.BUS_NAME
MAIN_OBJ = notification_daemon.MAIN_OBJ
MAIN_IFACE = notification_daemon.MAIN_IFACE
SYSTEM_BUS = False

TEST = 'org.example.Test'


def plain(value):
    """What JSON can say of a value; of long bytes their number."""
    if isinstance(value, dbus.Array) and value.signature == 'y':
        return len(value)
    if isinstance(value, (dbus.Struct, dbus.Array)):
        return [plain(part) for part in value]
    if isinstance(value, dbus.Dictionary):
        return {str(name): plain(part) for name, part in value.items()}
    if isinstance(value, dbus.Boolean):
        return bool(value)
    return int(value) if isinstance(value, int) else str(value)


@dbus.service.method(TEST, in_signature='', out_signature='s')
def Shown(self):
    """The last notification: its id, then the arguments of Notify."""
    _time, args = self.GetMethodCalls('Notify')[-1]
    return json.dumps([self.next_id - 1 if not args[1] else int(args[1]), *map(plain, args)])


@dbus.service.method(TEST, in_signature='us', out_signature='')
def Click(self, number, action):
    self.EmitSignal(MAIN_IFACE, 'ActionInvoked', 'us', [number, action])


@dbus.service.method(TEST, in_signature='u', out_signature='')
def Dismiss(self, number):
    self.EmitSignal(MAIN_IFACE, 'NotificationClosed', 'uu', [number, dbus.UInt32(2)])


def load(mock, _parameters):
    notification_daemon.load(mock, {'capabilities': 'actions body body-markup'})
    mock.AddMethod(MAIN_IFACE, 'CloseNotification', 'u', '', 'self.EmitSignal("", "NotificationClosed", "uu", [args[0], 3])')

"""A GeoClue of its own for the tests: it always knows where it is."""
import dbus
from dbusmock import mockobject

BUS_NAME = 'org.freedesktop.GeoClue2'
MAIN_OBJ = '/org/freedesktop/GeoClue2/Manager'
MAIN_IFACE = 'org.freedesktop.GeoClue2.Manager'
SYSTEM_BUS = True

CLIENT = '/org/freedesktop/GeoClue2/Client/1'
LOCATION = '/org/freedesktop/GeoClue2/Location/1'
CLIENT_IFACE = 'org.freedesktop.GeoClue2.Client'
LOCATION_IFACE = 'org.freedesktop.GeoClue2.Location'


def start(client):
    client.EmitSignal(CLIENT_IFACE, 'LocationUpdated', 'oo', [dbus.ObjectPath('/'), dbus.ObjectPath(LOCATION)])


def load(mock, _parameters):
    mock.AddMethods(MAIN_IFACE, [
        ('GetClient', '', 'o', f'ret = dbus.ObjectPath("{CLIENT}")'),
        ('CreateClient', '', 'o', f'ret = dbus.ObjectPath("{CLIENT}")'),
        ('DeleteClient', 'o', '', ''),
    ])
    mock.AddObject(CLIENT, CLIENT_IFACE, {
        'DesktopId': '', 'DistanceThreshold': dbus.UInt32(0), 'TimeThreshold': dbus.UInt32(0),
        'RequestedAccuracyLevel': dbus.UInt32(0), 'Active': False, 'Location': dbus.ObjectPath('/')
    }, [('Start', '', '', ''), ('Stop', '', '', '')])
    mockobject.objects[CLIENT].methods[CLIENT_IFACE]['Start'] = (
        '', '', start, *mockobject.objects[CLIENT].methods[CLIENT_IFACE]['Start'][3:])
    mock.AddObject(LOCATION, LOCATION_IFACE, {
        'Latitude': 52.5, 'Longitude': 13.4, 'Accuracy': 10.0, 'Altitude': -1.7976931348623157e308, 'Speed': -1.0,
        'Heading': -1.0, 'Description': '', 'Timestamp': dbus.Struct((dbus.UInt64(1), dbus.UInt64(0)), signature='tt')
    }, [])

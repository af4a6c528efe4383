"""A BlueZ of its own for the tests: dbusmock's bluez5 template, with an adapter that scans, advertises and registers
services, and a device with a characteristic for each thing that can be done.

Control is the interface org.example.Test on /org/bluez/hci0: what apps have registered, and a peer that uses it.
"""
import dbus
import dbus.service
from dbusmock import mockobject
from dbusmock.templates import bluez5

BUS_NAME = 'org.bluez'
MAIN_OBJ = '/'
SYSTEM_BUS = True
IS_OBJECT_MANAGER = True

TEST = 'org.example.Test'
ADAPTER = 'org.bluez.Adapter1'
DEVICE = 'org.bluez.Device1'
SERVICE = 'org.bluez.GattService1'
CHARACTERISTIC = 'org.bluez.GattCharacteristic1'
ADVERTISING = 'org.bluez.LEAdvertisingManager1'
GATT = 'org.bluez.GattManager1'
RADIO = '/org/bluez/hci0'
NOTHING = dbus.Dictionary({}, signature='sv')


# The object that dbusmock made for MAIN_OBJ.
ROOT = []


def uuid(number):
    return f'0000{number:04x}-0000-1000-8000-00805f9b34fb'


def error(kind, text):
    return dbus.exceptions.DBusException(text, name=f'org.bluez.Error.{kind}')


class Thing(mockobject.DBusMockObject):
    """An object whose properties tell when they change."""

    @dbus.service.method(dbus.INTROSPECTABLE_IFACE, out_signature='s')
    def Introspect(self):
        """What BlueZ's clients look for in it: the objects below."""
        below = {path[len(self.path) + 1:].split('/')[0] for path in mockobject.objects if path.startswith(self.path + '/')}
        return '<node>' + ''.join(f'<node name="{name}"/>' for name in sorted(below)) + '</node>'

    def set(self, interface, **changed):
        self.props[interface].update(changed)
        self.EmitSignal(dbus.PROPERTIES_IFACE, 'PropertiesChanged', 'sa{sv}as', [interface, changed, []])


class Radio(Thing):
    scanning = {}
    advertisements = {}
    applications = {}

    def bus(self):
        return self.connection

    @dbus.service.method(ADAPTER, in_signature='a{sv}', sender_keyword='sender')
    def SetDiscoveryFilter(self, wanted, sender=None):
        self.filter = wanted

    @dbus.service.method(ADAPTER, sender_keyword='sender')
    def StartDiscovery(self, sender=None):
        if sender in self.scanning:
            raise error('InProgress', 'Operation already in progress')
        self.scanning[sender] = [str(service) for service in self.filter.get('UUIDs', [])]
        self.set(ADAPTER, Discovering=True)
        # A device that comes once somebody looks.
        if RADIO + '/dev_00_00_00_00_00_02' not in mockobject.objects:
            add_device(2, 'Latecomer', [uuid(0x180f)])

    @dbus.service.method(ADAPTER, sender_keyword='sender')
    def StopDiscovery(self, sender=None):
        if self.scanning.pop(sender, None) is None:
            raise error('Failed', 'No discovery started')
        self.set(ADAPTER, Discovering=bool(self.scanning))

    def watch(self, sender, held):
        """What belongs to a client ends with it."""
        def changed(owner):
            if not owner:
                held.pop(str(sender), None)
        self.bus().watch_name_owner(sender, changed)

    @dbus.service.method(ADVERTISING, in_signature='oa{sv}', sender_keyword='sender', async_callbacks=('done', 'failed'))
    def RegisterAdvertisement(self, path, _options, sender=None, done=None, failed=None):
        def keep(values):
            self.advertisements[str(sender)] = (path, values)
            self.watch(sender, self.advertisements)
            done()
        proxy = self.bus().get_object(sender, path, introspect=False)
        proxy.GetAll('org.bluez.LEAdvertisement1', dbus_interface=dbus.PROPERTIES_IFACE, reply_handler=keep, error_handler=failed)

    @dbus.service.method(ADVERTISING, in_signature='o', sender_keyword='sender')
    def UnregisterAdvertisement(self, _path, sender=None):
        if self.advertisements.pop(str(sender), None) is None:
            raise error('DoesNotExist', 'Does Not Exist')

    @dbus.service.method(GATT, in_signature='oa{sv}', sender_keyword='sender', async_callbacks=('done', 'failed'))
    def RegisterApplication(self, path, _options, sender=None, done=None, failed=None):
        def keep(objects):
            self.applications[str(sender)] = objects
            self.watch(sender, self.applications)
            done()
        proxy = self.bus().get_object(sender, path, introspect=False)
        proxy.GetManagedObjects(dbus_interface='org.freedesktop.DBus.ObjectManager', reply_handler=keep, error_handler=failed)

    def characteristic(self, wanted):
        for owner, objects in self.applications.items():
            for path, interfaces in objects.items():
                if str(interfaces.get(CHARACTERISTIC, {}).get('UUID')) == wanted:
                    return self.bus().get_object(owner, path, introspect=False)
        raise error('DoesNotExist', 'nobody serves ' + wanted)

    @dbus.service.method(TEST, out_signature='a{sv}')
    def Advertised(self):
        """The advertisement of the app, or nothing."""
        for _path, values in self.advertisements.values():
            return values
        return NOTHING

    @dbus.service.method(TEST, out_signature='a{sv}')
    def Served(self):
        """The services of the app: characteristics with their flags."""
        found = {}
        for objects in self.applications.values():
            for interfaces in objects.values():
                if CHARACTERISTIC in interfaces:
                    found[str(interfaces[CHARACTERISTIC]['UUID'])] = interfaces[CHARACTERISTIC]['Flags']
        return dbus.Dictionary(found, signature='sv')

    @dbus.service.method(TEST, in_signature='s', out_signature='ay', async_callbacks=('done', 'failed'))
    def PeerReads(self, wanted, done=None, failed=None):
        self.characteristic(wanted).ReadValue(NOTHING, dbus_interface=CHARACTERISTIC, reply_handler=done, error_handler=failed)

    @dbus.service.method(TEST, in_signature='say', async_callbacks=('done', 'failed'))
    def PeerWrites(self, wanted, value, done=None, failed=None):
        self.characteristic(wanted).WriteValue(value, NOTHING, dbus_interface=CHARACTERISTIC, reply_handler=done, error_handler=failed)

    @dbus.service.method(TEST, in_signature='s', async_callbacks=('done', 'failed'))
    def PeerSubscribes(self, wanted, done=None, failed=None):
        """From now on `Told` says what the app told."""
        characteristic = self.characteristic(wanted)
        self.told = []
        characteristic.connect_to_signal('PropertiesChanged', lambda _i, changed, _o: self.told.append(changed['Value']),
                                         dbus_interface=dbus.PROPERTIES_IFACE)
        characteristic.StartNotify(dbus_interface=CHARACTERISTIC, reply_handler=done, error_handler=failed)

    @dbus.service.method(TEST, out_signature='aay')
    def Told(self):
        return self.told

    @dbus.service.method(TEST, out_signature='as')
    def State(self):
        """Words for what is in use: `scanning`, `connected`, `subscribed`."""
        words = ['scanning'] if self.scanning else []
        words += ['connected'] if any(o.props.get(DEVICE, {}).get('Connected') for o in mockobject.objects.values()) else []
        words += ['subscribed'] if any(getattr(o, 'told', None) for o in mockobject.objects.values() if isinstance(o, Characteristic)) else []
        return dbus.Array(words, signature='s')

    @dbus.service.method(TEST, in_signature='i')
    def Vanish(self, number):
        """A device goes out of reach."""
        mockobject.objects[f'{RADIO}/dev_00_00_00_00_00_{number:02}'].Disconnect()

    @dbus.service.method(TEST, in_signature='b')
    def Power(self, on):
        self.set(ADAPTER, Powered=dbus.Boolean(on))


class Peer(Thing):
    @dbus.service.method(DEVICE)
    def Connect(self):
        if self.props[DEVICE]['Name'] == 'Latecomer':
            raise error('Failed', 'le-connection-abort-by-local')
        self.set(DEVICE, Connected=dbus.Boolean(True))
        self.set(DEVICE, ServicesResolved=dbus.Boolean(True))

    @dbus.service.method(DEVICE)
    def Disconnect(self):
        if not self.props[DEVICE]['Connected']:
            raise error('NotConnected', 'Not Connected')
        self.set(DEVICE, Connected=dbus.Boolean(False))
        self.set(DEVICE, ServicesResolved=dbus.Boolean(False))
        for thing in mockobject.objects.values():
            if isinstance(thing, Characteristic):
                thing.told = {}


class Characteristic(Thing):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.told = {}

    def has(self, flag):
        if flag not in self.props[CHARACTERISTIC]['Flags']:
            raise error('NotSupported', f'no {flag}')

    @dbus.service.method(CHARACTERISTIC, in_signature='a{sv}', out_signature='ay')
    def ReadValue(self, _options):
        self.has('read')
        if self.props[CHARACTERISTIC]['UUID'] == uuid(0x2a29):
            raise error('NotPermitted', 'Read not permitted')
        self.set(CHARACTERISTIC, Value=self.props[CHARACTERISTIC]['Value'])
        return self.props[CHARACTERISTIC]['Value']

    @dbus.service.method(CHARACTERISTIC, in_signature='aya{sv}')
    def WriteValue(self, value, options):
        self.has('write' if options.get('type') == 'request' else 'write-without-response')
        self.set(CHARACTERISTIC, Value=dbus.ByteArray(bytes(value)))

    @dbus.service.method(CHARACTERISTIC, sender_keyword='sender')
    def StartNotify(self, sender=None):
        self.has('notify')
        self.told[str(sender)] = True
        for beat in (b'\x01', b'\x02\x00\xff'):
            self.set(CHARACTERISTIC, Value=dbus.ByteArray(beat))

    @dbus.service.method(CHARACTERISTIC, sender_keyword='sender')
    def StopNotify(self, sender=None):
        if self.told.pop(str(sender), None) is None:
            raise error('Failed', 'No notify session started')


def add(path, interface, props, kind):
    root = ROOT[0]
    thing = kind(root.bus_name, path, interface, props)
    thing.logfile = root.logfile
    thing.is_logfile_owner = False
    thing.object_manager = root
    mockobject.objects[path] = thing
    return thing


def add_device(number, name, services, **more):
    path = f'{RADIO}/dev_00_00_00_00_00_{number:02}'
    props = {
        'Address': f'00:00:00:00:00:{number:02}', 'AddressType': 'public', 'Name': name, 'Alias': name,
        'UUIDs': dbus.Array(services, signature='s'), 'Adapter': dbus.ObjectPath(RADIO), 'Paired': False,
        'Connected': False, 'Trusted': False, 'Blocked': False, 'LegacyPairing': False, 'ServicesResolved': False,
        'RSSI': dbus.Int16(-40 - number), **more
    }
    add(path, DEVICE, props, Peer)
    ROOT[0].EmitSignal('org.freedesktop.DBus.ObjectManager', 'InterfacesAdded', 'oa{sa{sv}}',
                                       [dbus.ObjectPath(path), {DEVICE: props}])
    return path


def load(mock, _parameters):
    ROOT.append(mock)
    bluez5.load(mock, {})
    radio = add(RADIO, ADAPTER, {
        'Address': '00:00:00:00:00:AA', 'AddressType': 'public', 'Name': 'fake', 'Alias': 'fake', 'Class': dbus.UInt32(268),
        'Powered': True, 'Discoverable': False, 'DiscoverableTimeout': dbus.UInt32(0), 'Pairable': False,
        'PairableTimeout': dbus.UInt32(0), 'Discovering': False, 'UUIDs': dbus.Array([], signature='s'),
        'Modalias': 'usb:v1D6Bp0245d050A'
    }, Radio)
    radio.props[ADVERTISING] = {'ActiveInstances': dbus.Byte(0), 'SupportedInstances': dbus.Byte(5)}
    radio.props[GATT] = {}
    radio.filter = {}
    radio.told = []
    device = add_device(
        1, 'Fake heart', [uuid(0x180d)], TxPower=dbus.Int16(4),
        ManufacturerData=dbus.Dictionary({dbus.UInt16(0x004c): dbus.ByteArray(b'\x02\x15')}, signature='qv'),
        ServiceData=dbus.Dictionary({uuid(0x180d): dbus.ByteArray(b'hi')}, signature='sv'))
    service = device + '/service0010'
    add(service, SERVICE, {'UUID': uuid(0x180d), 'Primary': True, 'Device': dbus.ObjectPath(device)}, Thing)
    for number, flags, value in (
            (0x2a37, ['notify'], b''), (0x2a38, ['read', 'write', 'write-without-response'], b'chest'), (0x2a29, ['read'], b'')):
        add(f'{service}/char{number:04x}', CHARACTERISTIC, {
            'UUID': uuid(number), 'Service': dbus.ObjectPath(service), 'Flags': dbus.Array(flags, signature='s'),
            'Value': dbus.ByteArray(value), 'Notifying': False
        }, Characteristic)

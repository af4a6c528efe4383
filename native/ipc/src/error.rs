//! The one error type that crosses IPC, equal to the errors Node throws.
//!
//! `code` is for programs, `message` for people. The sentence is made here, once, in libuv's wording.

use std::borrow::Cow;
use std::fmt;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

/// The result of a route.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error as a page sees it. Boxed: unboxed it would make every `Result` of every route 200 bytes large.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Error(Box<Fields>);

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Fields {
    code: Cow<'static, str>,
    message: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<Cow<'static, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    errno: Option<i32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    syscall: Option<Cow<'static, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    dest: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    port: Option<u16>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hostname: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    route: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    resource: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    add: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    place: Option<String>,
    /// The text that `message` starts with; what follows is computed from the other fields.
    #[serde(skip)]
    text: Cow<'static, str>,
}

/// A code that is not an errno, with the JavaScript class that Node gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code(&'static str, &'static str);

impl Code {
    /// The call was cancelled by its caller, or its document is gone.
    pub const ABORTED: Code = Code("ABORT_ERR", "AbortError");
    /// Policy refuses the call.
    pub const ACCESS_DENIED: Code = Code("ERR_ACCESS_DENIED", "Error");
    /// An argument has the right type and a value that cannot be used.
    pub const INVALID_ARG_VALUE: Code = Code("ERR_INVALID_ARG_VALUE", "TypeError");
    /// A number is outside its range.
    pub const OUT_OF_RANGE: Code = Code("ERR_OUT_OF_RANGE", "RangeError");
    /// The file is larger than one buffer can hold.
    pub const FILE_TOO_LARGE: Code = Code("ERR_FS_FILE_TOO_LARGE", "RangeError");
    /// `rm` met a directory and `recursive` is not set.
    pub const FS_EISDIR: Code = Code("ERR_FS_EISDIR", "SystemError");
    /// A frame could not be read.
    pub const FRAME: Code = Code("ERR_IPC_FRAME", "Error");
    /// The head of a message does not fit the route.
    pub const REQUEST: Code = Code("ERR_IPC_REQUEST", "TypeError");
    /// No such route.
    pub const ROUTE: Code = Code("ERR_IPC_ROUTE", "Error");
    /// The call took longer than its caller allowed.
    pub const TIMEOUT: Code = Code("ERR_IPC_TIMEOUT", "TimeoutError");
    /// A handler failed in a way that it should not.
    pub const INTERNAL: Code = Code("ERR_INTERNAL", "Error");
    /// The backend refused, without saying more.
    pub const BACKEND: Code = Code("ERR_BACKEND", "Error");
    /// The backend is not running.
    pub const BACKEND_CLOSED: Code = Code("ERR_BACKEND_CLOSED", "Error");
    /// A file of the app is not what it was when the app was built.
    pub const ALTERED: Code = Code("ERR_APP_ALTERED", "Error");
    /// There is no command for the backend, or what it names is not there.
    pub const BACKEND_COMMAND: Code = Code("ERR_BACKEND_COMMAND", "Error");
    /// The backend ended before it had answered.
    pub const BACKEND_EXITED: Code = Code("ERR_BACKEND_EXITED", "Error");
    /// The backend does not read what waits for it.
    pub const BACKEND_FULL: Code = Code("ERR_BACKEND_FULL", "Error");
    /// The backend wrote what cannot be understood.
    pub const BACKEND_MALFORMED: Code = Code("ERR_BACKEND_MALFORMED", "Error");
    /// The work or memory asked of a password hash is more than there is.
    pub const CRYPTO_COST: Code = Code("ERR_CRYPTO_COST", "RangeError");
    /// What was encrypted or signed is not what was given, or not with this key.
    pub const CRYPTO_FORGED: Code = Code("ERR_CRYPTO_FORGED", "Error");
    /// Not a key that can be used.
    pub const CRYPTO_KEY: Code = Code("ERR_CRYPTO_KEY", "TypeError");
    /// A key, nonce, seed or hash has the wrong number of bytes.
    pub const CRYPTO_LENGTH: Code = Code("ERR_CRYPTO_LENGTH", "RangeError");
    /// The radio or the device refused, without a reason that has a code.
    pub const BLUETOOTH: Code = Code("ERR_BLUETOOTH", "Error");
    /// No such device, service or characteristic.
    pub const BLUETOOTH_DEVICE: Code = Code("ERR_BLUETOOTH_DEVICE", "Error");
    /// The device does not permit what was asked.
    pub const BLUETOOTH_REFUSED: Code = Code("ERR_BLUETOOTH_REFUSED", "Error");
    /// There is no Bluetooth on this machine, or it is switched off.
    pub const BLUETOOTH_UNAVAILABLE: Code = Code("ERR_BLUETOOTH_UNAVAILABLE", "Error");
    /// The desktop shows no notifications.
    pub const NOTIFICATION: Code = Code("ERR_NOTIFICATION", "Error");
    /// This system, or this build of the runtime, cannot do it.
    pub const UNAVAILABLE: Code = Code("ERR_FEATURE_UNAVAILABLE_ON_PLATFORM", "TypeError");
    /// No such window, or it is closed.
    pub const WINDOW: Code = Code("ERR_WINDOW", "Error");

    /// The text that pages compare with.
    pub fn as_str(self) -> &'static str {
        self.0
    }
}

impl Error {
    /// An error that no errno describes.
    pub fn new(code: Code, message: impl Into<String>) -> Error {
        Error(Box::new(Fields {
            code: code.0.into(),
            name: (code.1 != "Error").then_some(code.1.into()),
            message: message.into(),
            ..Fields::default()
        }))
    }

    /// An error that a program of the app has made; its code is its own.
    pub fn from_peer(code: String, message: String, name: Option<String>) -> Error {
        let name = name.filter(|name| name != "Error").map(Cow::Owned);
        Error(Box::new(Fields { code: code.into(), message, name, ..Fields::default() }))
    }

    /// An error of the operating system by its name, for example `ENOSYS`. Unknown names become `EIO`.
    pub fn errno(name: &str) -> Error {
        let row = ERRNO.iter().find(|row| row.0 == name).unwrap_or(&ERRNO[0]);
        Error::from_row(row)
    }

    fn from_row(row: &Row) -> Error {
        let mut fields =
            Fields { code: row.0.into(), errno: Some(row.number()), text: row.2.into(), ..Fields::default() };
        fields.sentence();
        Error(Box::new(fields))
    }

    /// A name that could not be looked up, worded as Node does: `getaddrinfo ENOTFOUND nobody.example`.
    pub fn lookup(
        code: &'static str,
        errno: Option<i32>,
        syscall: &'static str,
        host: impl Into<String>,
    ) -> Error {
        let host = host.into();
        Error(Box::new(Fields {
            code: code.into(),
            message: format!("{syscall} {code} {host}"),
            errno,
            syscall: Some(syscall.into()),
            hostname: Some(host),
            ..Fields::default()
        }))
    }

    /// Says which system call failed.
    #[must_use]
    pub fn syscall(mut self, name: &'static str) -> Error {
        self.0.syscall = Some(name.into());
        self.0.sentence();
        self
    }

    /// Says which file was meant.
    #[must_use]
    pub fn path(mut self, path: impl AsRef<Path>) -> Error {
        self.0.path = Some(path.as_ref().to_string_lossy().into_owned());
        self.0.sentence();
        self
    }

    /// Says which second file was meant.
    #[must_use]
    pub fn dest(mut self, path: impl AsRef<Path>) -> Error {
        self.0.dest = Some(path.as_ref().to_string_lossy().into_owned());
        self.0.sentence();
        self
    }

    /// Says which peer or local address was meant.
    #[must_use]
    pub fn address(mut self, address: impl Into<String>, port: u16) -> Error {
        self.0.address = Some(address.into());
        self.0.port = Some(port);
        self.0.sentence();
        self
    }

    /// Says which call policy refused, what it was about, and what to add where.
    #[must_use]
    pub fn denied(mut self, route: &str, resource: Option<String>, add: Option<(&str, &str)>) -> Error {
        self.0.route = Some(route.to_owned());
        self.0.resource = resource;
        if let Some((line, place)) = add {
            (self.0.add, self.0.place) = (Some(line.to_owned()), Some(place.to_owned()));
        }
        self
    }

    /// The key and the entry of `[capabilities]` that would have allowed a call.
    pub fn missing_capability(&self) -> Option<(&str, &str)> {
        let place = self.0.place.as_deref().filter(|place| place.starts_with("[capabilities]"));
        place.and(self.0.add.as_deref())?.split_once("[] = ")
    }

    /// What programs compare with, for example `ENOENT`.
    pub fn code(&self) -> &str {
        &self.0.code
    }

    /// The sentence for people.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The head of the frame that carries this error.
    pub fn to_json(&self) -> Vec<u8> {
        // Strings, numbers and options of them: serializing them cannot fail.
        serde_json::to_vec(self).unwrap_or_default()
    }
}

impl Fields {
    /// Writes Node's sentence: `ENOENT: no such file or directory, open '/x' -> '/y'`.
    fn sentence(&mut self) {
        use fmt::Write;
        if self.text.is_empty() {
            return;
        }
        let mut text = format!("{}: {}", self.code, self.text);
        if let Some(syscall) = &self.syscall {
            // Node words network failures its own way: `bind EADDRINUSE 127.0.0.1:80`.
            if let Some(address) = &self.address {
                let port = self.port.unwrap_or(0);
                self.message = format!("{syscall} {} {address}:{port}", self.code);
                return;
            }
            // Writing to a String cannot fail.
            let _ = write!(text, ", {syscall}");
        }
        if let Some(path) = &self.path {
            let _ = write!(text, " '{path}'");
        }
        if let Some(dest) = &self.dest {
            let _ = write!(text, " -> '{dest}'");
        }
        self.message = text;
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl std::error::Error for Error {}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Error {
        let row = match error.raw_os_error() {
            Some(number) => from_os(number),
            None => from_kind(error.kind()),
        };
        match row {
            Some(row) => Error::from_row(row),
            None => {
                let number = error.raw_os_error().unwrap_or(-1);
                let mut fields = Fields {
                    code: format!("Unknown system error {number}").into(),
                    errno: Some(-number),
                    text: error.to_string().into(),
                    ..Fields::default()
                };
                fields.sentence();
                Error(Box::new(fields))
            }
        }
    }
}

/// Says at the call where it failed.
pub trait SyscallExt<T> {
    /// Names the system call.
    fn syscall(self, name: &'static str) -> Result<T>;
    /// Names the system call and the file.
    fn syscall_on(self, name: &'static str, path: impl AsRef<Path>) -> Result<T>;
    /// Names the system call and both files.
    fn syscall_between(self, name: &'static str, path: impl AsRef<Path>, dest: impl AsRef<Path>)
    -> Result<T>;
}

impl<T, E: Into<Error>> SyscallExt<T> for std::result::Result<T, E> {
    fn syscall(self, name: &'static str) -> Result<T> {
        self.map_err(|error| error.into().syscall(name))
    }

    fn syscall_on(self, name: &'static str, path: impl AsRef<Path>) -> Result<T> {
        self.map_err(|error| error.into().syscall(name).path(path))
    }

    fn syscall_between(
        self,
        name: &'static str,
        path: impl AsRef<Path>,
        dest: impl AsRef<Path>,
    ) -> Result<T> {
        self.map_err(|error| error.into().syscall(name).path(path).dest(dest))
    }
}

/// Name, libuv's number on Windows, libuv's text.
struct Row(&'static str, i32, &'static str);

impl Row {
    /// The number that Node puts in `errno`: negative, the system's own where it has one.
    fn number(&self) -> i32 {
        #[cfg(unix)]
        if let Some(number) = to_os(self.0) {
            return -number;
        }
        self.1
    }
}

macro_rules! errno {
    ($($name:ident $windows:literal $text:literal;)*) => {
        static ERRNO: &[Row] = &[$(Row(stringify!($name), $windows, $text)),*];

        #[cfg(unix)]
        fn to_os(name: &str) -> Option<i32> {
            match name { $(stringify!($name) => Some(libc::$name),)* _ => None }
        }

        #[cfg(unix)]
        fn from_os(number: i32) -> Option<&'static Row> {
            let name = match number { $(n if n == libc::$name => stringify!($name),)* _ => return None };
            by_name(name)
        }
    };
}

fn by_name(name: &str) -> Option<&'static Row> {
    ERRNO.iter().find(|row| row.0 == name)
}

errno! {
    EIO -4070 "i/o error";
    E2BIG -4093 "argument list too long";
    EACCES -4092 "permission denied";
    EADDRINUSE -4091 "address already in use";
    EADDRNOTAVAIL -4090 "address not available";
    EAFNOSUPPORT -4089 "address family not supported";
    EAGAIN -4088 "resource temporarily unavailable";
    EALREADY -4084 "connection already in progress";
    EBADF -4083 "bad file descriptor";
    EBUSY -4082 "resource busy or locked";
    ECANCELED -4081 "operation canceled";
    ECONNABORTED -4079 "software caused connection abort";
    ECONNREFUSED -4078 "connection refused";
    ECONNRESET -4077 "connection reset by peer";
    EDESTADDRREQ -4076 "destination address required";
    EEXIST -4075 "file already exists";
    EFAULT -4074 "bad address in system call argument";
    EFBIG -4036 "file too large";
    EHOSTUNREACH -4073 "host is unreachable";
    EINTR -4072 "interrupted system call";
    EINVAL -4071 "invalid argument";
    EISCONN -4069 "socket is already connected";
    EISDIR -4068 "illegal operation on a directory";
    ELOOP -4067 "too many symbolic links encountered";
    EMFILE -4066 "too many open files";
    EMLINK -4032 "too many links";
    EMSGSIZE -4065 "message too long";
    ENAMETOOLONG -4064 "name too long";
    ENETDOWN -4063 "network is down";
    ENETUNREACH -4062 "network is unreachable";
    ENFILE -4061 "file table overflow";
    ENOBUFS -4060 "no buffer space available";
    ENODEV -4059 "no such device";
    ENOENT -4058 "no such file or directory";
    ENOMEM -4057 "not enough memory";
    ENOPROTOOPT -4035 "protocol not available";
    ENOSPC -4055 "no space left on device";
    ENOSYS -4054 "function not implemented";
    ENOTCONN -4053 "socket is not connected";
    ENOTDIR -4052 "not a directory";
    ENOTEMPTY -4051 "directory not empty";
    ENOTSOCK -4050 "socket operation on non-socket";
    ENOTSUP -4049 "operation not supported on socket";
    ENOTTY -4029 "inappropriate ioctl for device";
    ENXIO -4033 "no such device or address";
    EOVERFLOW -4026 "value too large for defined data type";
    EPERM -4048 "operation not permitted";
    EPIPE -4047 "broken pipe";
    EPROTO -4046 "protocol error";
    EPROTONOSUPPORT -4045 "protocol not supported";
    EPROTOTYPE -4044 "protocol wrong type for socket";
    ERANGE -4034 "result too large";
    EROFS -4043 "read-only file system";
    ESPIPE -4041 "invalid seek";
    ESRCH -4040 "no such process";
    ETIMEDOUT -4039 "connection timed out";
    ETXTBSY -4038 "text file is busy";
    EXDEV -4037 "cross-device link not permitted";
}

#[cfg(windows)]
fn from_os(number: i32) -> Option<&'static Row> {
    name_on_windows(number).and_then(by_name)
}

/// Codes of Windows, as libuv maps them.
#[cfg(any(windows, test))]
fn name_on_windows(number: i32) -> Option<&'static str> {
    Some(match number {
        1 => "EISDIR",
        2 | 3 | 15 | 123 | 126 | 161 | 203 | 267 | 4392 => "ENOENT",
        4 => "EMFILE",
        5 | 1314 => "EPERM",
        6 | 1004 => "EBADF",
        8 | 14 => "ENOMEM",
        13 | 87 | 122 | 1464 | 4390 => "EINVAL",
        17 => "EXDEV",
        19 => "EROFS",
        23 | 31 | 110 | 156 | 205 | 1101..=1104 | 1106 | 1111 | 1117 | 1129 | 1165 | 1166 | 1393 => "EIO",
        32 | 33 | 231 => "EBUSY",
        39 | 82 | 112 | 277 | 1100 => "ENOSPC",
        50 => "ENOTSUP",
        64 => "ECONNRESET",
        80 | 183 => "EEXIST",
        109 | 230 | 232 | 233 => "EPIPE",
        111 => "EFAULT",
        121 => "ETIMEDOUT",
        145 => "ENOTEMPTY",
        206 => "ENAMETOOLONG",
        208 => "E2BIG",
        740 | 998 | 1920 => "EACCES",
        995 => "ECANCELED",
        1225 => "ECONNREFUSED",
        1227 => "EADDRINUSE",
        1231 => "ENETUNREACH",
        1232 => "EHOSTUNREACH",
        1236 => "ECONNABORTED",
        1921 => "ELOOP",
        2250 => "ENOTCONN",
        10004 => "ECANCELED",
        10009 => "EBADF",
        10013 => "EACCES",
        10014 => "EFAULT",
        10022 => "EINVAL",
        10024 => "EMFILE",
        10035 => "EAGAIN",
        10037 => "EALREADY",
        10038 => "ENOTSOCK",
        10040 => "EMSGSIZE",
        10043 => "EPROTONOSUPPORT",
        10045 => "ENOTSUP",
        10047 => "EAFNOSUPPORT",
        10048 => "EADDRINUSE",
        10049 => "EADDRNOTAVAIL",
        10051 => "ENETUNREACH",
        10053 => "ECONNABORTED",
        10054 => "ECONNRESET",
        10055 => "ENOBUFS",
        10056 => "EISCONN",
        10057 => "ENOTCONN",
        10058 => "EPIPE",
        10060 => "ETIMEDOUT",
        10061 => "ECONNREFUSED",
        10065 => "EHOSTUNREACH",
        _ => return None,
    })
}

/// Errors that the standard library makes without asking the system.
fn from_kind(kind: io::ErrorKind) -> Option<&'static Row> {
    use io::ErrorKind::*;
    by_name(match kind {
        NotFound => "ENOENT",
        PermissionDenied => "EACCES",
        AlreadyExists => "EEXIST",
        InvalidInput | InvalidData => "EINVAL",
        TimedOut => "ETIMEDOUT",
        WriteZero => "ENOSPC",
        BrokenPipe => "EPIPE",
        IsADirectory => "EISDIR",
        NotADirectory => "ENOTDIR",
        DirectoryNotEmpty => "ENOTEMPTY",
        Unsupported => "ENOSYS",
        OutOfMemory => "ENOMEM",
        _ => "EIO",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_are_those_of_node() {
        let error = Error::errno("ENOENT").syscall("open").path("/x");
        assert_eq!(error.message(), "ENOENT: no such file or directory, open '/x'");
        let error = Error::errno("EXDEV").syscall("rename").path("/a").dest("/b");
        assert_eq!(error.message(), "EXDEV: cross-device link not permitted, rename '/a' -> '/b'");
        let error = Error::errno("EADDRINUSE").syscall("bind").address("127.0.0.1", 80);
        assert_eq!(error.message(), "bind EADDRINUSE 127.0.0.1:80");
        assert_eq!(Error::errno("EBADF").syscall("read").message(), "EBADF: bad file descriptor, read");
    }

    #[cfg(unix)]
    #[test]
    fn numbers_are_negative_and_survive_json() {
        let error: Error = io::Error::from_raw_os_error(libc::ENOTEMPTY).into();
        let json: serde_json::Value = serde_json::from_slice(&error.to_json()).expect("valid JSON");
        assert_eq!(json["code"], "ENOTEMPTY");
        assert_eq!(json["errno"], -libc::ENOTEMPTY);
        assert!(json.get("path").is_none());
        let back: Error = serde_json::from_value(json).expect("the same fields");
        assert_eq!(back.message(), error.message());
    }

    #[test]
    fn codes_of_windows_have_the_names_that_node_gives_them() {
        let known =
            [(1, "EISDIR"), (2, "ENOENT"), (5, "EPERM"), (267, "ENOENT"), (1464, "EINVAL"), (4390, "EINVAL")];
        for (number, expected) in known {
            assert_eq!(name_on_windows(number), Some(expected), "{number}");
        }
        assert_eq!(name_on_windows(0), None);
        for name in (0..=11_000).filter_map(name_on_windows) {
            assert!(by_name(name).is_some(), "{name} has no text");
        }
    }

    #[test]
    fn unknown_numbers_say_so() {
        let error: Error = io::Error::from_raw_os_error(99_999).into();
        assert_eq!(error.code(), "Unknown system error 99999");
    }
}

//! Native calls in plain language.

/// What the routes of a module give a page, as the end of a sentence that begins with "it can".
pub(crate) fn module(name: &str) -> &'static str {
    match name {
        "application" => "end the app and ask about it",
        "backend" => "start the app's backend, a program with all rights of the user, and talk to it",
        "bluetooth" => "find Bluetooth devices and talk to them",
        "child_process" => "start programs with all rights of the user",
        "clipboard" => "read and change the clipboard",
        "crypto" => "encrypt, sign, hash and make keys",
        "dgram" => "send and receive datagrams",
        "dns" => "look up names",
        "fs" => "read, change and remove files of the user",
        "module" => "run CommonJS files of the app",
        "mdns" => "find devices in the local network",
        "net" | "tls" => "open connections and accept them",
        "http" | "https" => "open connections and serve them",
        "network" | "latica" | "peer" => "join the peer-to-peer network",
        "notification" => "show notifications",
        "os" => "learn about the machine and its user",
        "process" => "learn about the process, and change it",
        "window" => "open, change and close windows",
        "console" | "ipc" => "write to the console and hear its own events",
        _ => "call native code",
    }
}

/// Routes of `fs` that change nothing.
const READS: [&str; 16] = [
    "access", "close", "exists", "fstat", "fstatfs", "lstat", "open", "opendir", "read", "readdir",
    "readfile", "readlink", "realpath", "stat", "statfs", "watch",
];

/// The same for one route.
pub(crate) fn route(route: &str) -> &'static str {
    let (name, call) = route.split_once('.').unwrap_or((route, ""));
    match (name, call.to_ascii_lowercase()) {
        ("fs", call) if call == "open" => "open files of the user, to read or to change them",
        ("fs", call) if READS.contains(&call.as_str()) || call.starts_with("read") => {
            "read files of the user"
        }
        ("fs", _) => "change files of the user",
        ("application", call) if call == "exit" => "end the app",
        _ => module(name),
    }
}

/// What a key of `[capabilities]` is about.
pub(crate) fn capability(key: &str) -> &'static str {
    match key {
        "read" => "read files",
        "write" => "change files",
        "udp" => "datagrams with",
        "tcp" => "connections with",
        "hosts" => "look up",
        "commands" => "start",
        "processes" => "send signals to",
        "bluetooth" => "Bluetooth services",
        "urls" => "open addresses",
        _ => "other",
    }
}

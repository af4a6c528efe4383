//! The one library that an app needs and a machine may lack.

use std::path::Path;

use crate::error::Error;

const LIBRARY: &str = "libwebkit2gtk-4.1.so.0";

/// Whether WebKitGTK is somewhere the loader looks.
pub(crate) fn is_installed() -> bool {
    let triple = format!("{}-linux-gnu", std::env::consts::ARCH);
    let fixed = ["/usr/lib", "/usr/lib64", "/lib64", "/usr/local/lib", "/run/current-system/sw/lib"];
    let own = std::env::var("LD_LIBRARY_PATH").unwrap_or_default();
    let folders = own.split(':').filter(|folder| !folder.is_empty()).chain(fixed);
    folders
        .map(Path::new)
        .any(|folder| folder.join(LIBRARY).exists() || folder.join(&triple).join(LIBRARY).exists())
}

/// The command that installs it on this distribution.
pub(crate) fn install_command() -> &'static str {
    install_command_for(&std::fs::read_to_string("/etc/os-release").unwrap_or_default())
}

fn install_command_for(release: &str) -> &'static str {
    let value = |key: &str| {
        let line = release.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('='));
        line.unwrap_or_default().trim_matches('"').to_owned()
    };
    let ids = format!("{} {}", value("ID"), value("ID_LIKE"));
    let is = |name: &str| ids.split_whitespace().any(|id| id == name || id.starts_with(&format!("{name}-")));
    if is("debian") || is("ubuntu") {
        "apt install libwebkit2gtk-4.1-0"
    } else if is("fedora") || is("rhel") {
        "dnf install webkit2gtk4.1"
    } else if is("arch") {
        "pacman -S webkit2gtk-4.1"
    } else if is("opensuse") || is("suse") {
        "zypper install libwebkit2gtk-4_1-0"
    } else if is("alpine") {
        "apk add webkit2gtk-4.1"
    } else {
        "the package manager, which knows it as webkit2gtk 4.1"
    }
}

/// The loader ends a program with 127 when a library is missing, and so may the app itself.
pub(crate) fn explain(code: i32) -> Option<Error> {
    match cfg!(target_os = "linux") && code == 127 && !is_installed() {
        true => Some(missing()),
        false => None,
    }
}

fn missing() -> Error {
    let message = format!("the app cannot start: WebKitGTK ({LIBRARY}) is not installed");
    Error::new("ERR_WEBKIT", message).hint(format!("install it with {}", install_command()))
}

#[cfg(test)]
mod tests {
    use super::{explain, install_command_for, missing};

    #[test]
    fn every_distribution_has_its_command() {
        let check = |release, command| assert_eq!(install_command_for(release), command, "{release}");
        check("ID=debian", "apt install libwebkit2gtk-4.1-0");
        check("NAME=x\nID=linuxmint\nID_LIKE=\"ubuntu debian\"", "apt install libwebkit2gtk-4.1-0");
        check("ID=\"opensuse-tumbleweed\"", "zypper install libwebkit2gtk-4_1-0");
        check("ID=fedora", "dnf install webkit2gtk4.1");
        check("", "the package manager, which knows it as webkit2gtk 4.1");
    }

    #[test]
    fn the_message_names_the_library_and_the_fix() {
        let error = missing();
        assert!(error.message.contains("libwebkit2gtk-4.1.so.0"), "{}", error.message);
        assert!(error.hint.is_some_and(|hint| hint.starts_with("install it with ")));
        assert!(explain(0).is_none() && explain(1).is_none());
    }
}

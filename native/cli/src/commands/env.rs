//! `ssc env`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::options::Common;
use crate::context::Context;
use crate::error::{Exit, Result};
use crate::progress::print;

/// Print the environment that ssc works with
///
/// KEY=VALUE lines: what ssc reads, and the `[env]` keys of socket.ini and .sscrc. Secrets are masked.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// The project directory [default: the current one]
    #[arg(value_name = "PROJECT")]
    project: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) common: Common,
}

/// What ssc, the programs it starts, or the installed tools read.
const NAMES: [&str; 38] = [
    "ANDROID_HOME",
    "ANDROID_SDK_MANAGER",
    "ANDROID_SUPPORTED_ABIS",
    "APPLE_ID",
    "APPLE_ID_PASSWORD",
    "CC",
    "CI",
    "CPP",
    "CSC_KEY_PASSWORD",
    "CXX",
    "CXXFLAGS",
    "DEBUG",
    "DISPLAY",
    "GRADLE_HOME",
    "HOME",
    "HOMEPATH",
    "JAVA_HOME",
    "LANG",
    "LOCALAPPDATA",
    "PREFIX",
    "PWD",
    "SHELL",
    "SIGNTOOL",
    "SOCKET_HOME",
    "SOCKET_HOME_API",
    "SSC_ANDROID_TIMEOUT",
    "SSC_CI",
    "SSC_DEBUG",
    "SSC_ENV_FILENAME",
    "SSC_RC",
    "SSC_RC_FILENAME",
    "SSC_VERBOSE",
    "USER",
    "VERBOSE",
    "WAYLAND_DISPLAY",
    "WIN_DEBUG_LIBS",
    "XDG_DATA_HOME",
    "XDG_RUNTIME_DIR",
];

pub(crate) fn run(args: Args, context: &Context) -> Result<Exit> {
    let project = context.project(&args.project)?;
    let mut vars: BTreeMap<String, String> = BTreeMap::new();
    let locale = std::env::vars_os()
        .map(|(name, _)| name.to_string_lossy().into_owned())
        .filter(|name| name.starts_with("LC_"));
    for name in NAMES.into_iter().map(str::to_owned).chain(locale).chain(context.vars.keys().cloned()) {
        if let Some(value) = context.var(&name) {
            vars.insert(name, value.to_string_lossy().into_owned());
        }
    }
    match context.config(&project, |_| Ok(())) {
        Ok(config) => vars.extend(config.env.iter().cloned()),
        Err(error) if error.code == socket_config::NOT_FOUND => {}
        Err(error) => context.progress.warn(&error.message, error.hint.as_deref()),
    }
    let line = |(name, value): (&String, &String)| {
        format!("{name}={}\n", if is_secret(name) { "********" } else { value })
    };
    print(&vars.iter().filter(|(_, value)| !value.is_empty()).map(line).collect::<String>())?;
    Ok(Exit::Success)
}

fn is_secret(name: &str) -> bool {
    let name = name.to_uppercase();
    let words = ["PASSWORD", "PASSWD", "PASSPHRASE", "SECRET", "TOKEN", "CREDENTIAL"];
    let parts = ["PASS", "PWD", "KEY", "PAT", "AUTH"];
    let shell = name == "PWD" || name == "OLDPWD";
    !shell
        && (words.iter().any(|word| name.contains(word)) || name.split('_').any(|part| parts.contains(&part)))
}

#[cfg(test)]
mod tests {
    use super::is_secret;

    #[test]
    fn secrets_are_known_by_their_names() {
        let secret =
            ["APPLE_ID_PASSWORD", "CSC_KEY_PASSWORD", "npm_token", "API_KEY", "DB_PWD", "CLIENT_SECRET"];
        assert!(secret.iter().all(|name| is_secret(name)));
        assert!(!["PWD", "HOME", "APPLE_ID", "KEYBOARD", "MONKEY_HOME"].iter().any(|name| is_secret(name)));
    }
}

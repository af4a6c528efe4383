//! The platforms an app is built for, and where its parts lie on each.

use std::fmt;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use socket_config::Config;

/// A platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Target {
    /// A Linux desktop.
    Linux,
    /// macOS.
    #[value(alias = "darwin", alias = "macos")]
    Mac,
    /// Windows.
    #[value(alias = "windows", alias = "win32")]
    Win,
    /// An iPhone or iPad.
    Ios,
    /// The simulator for iPhones and iPads.
    IosSimulator,
    /// An Android device.
    Android,
    /// The emulator for Android devices.
    AndroidEmulator,
}

impl Target {
    /// Every platform.
    pub const ALL: [Target; 7] = [
        Target::Linux,
        Target::Mac,
        Target::Win,
        Target::Ios,
        Target::IosSimulator,
        Target::Android,
        Target::AndroidEmulator,
    ];

    /// The platform that `ssc` runs on.
    pub fn host() -> Target {
        if cfg!(target_os = "macos") {
            Target::Mac
        } else if cfg!(windows) {
            Target::Win
        } else {
            Target::Linux
        }
    }

    /// The name in `--platform` and in the output directory.
    pub fn name(self) -> &'static str {
        match self {
            Target::Linux => "linux",
            Target::Mac => "mac",
            Target::Win => "win",
            Target::Ios => "ios",
            Target::IosSimulator => "ios-simulator",
            Target::Android => "android",
            Target::AndroidEmulator => "android-emulator",
        }
    }

    /// The prefix of keys in a copy map that count here.
    pub(crate) fn family(self) -> &'static str {
        match self {
            Target::IosSimulator => "ios",
            Target::AndroidEmulator => "android",
            other => other.name(),
        }
    }

    /// The npm package that brings the runtime.
    pub(crate) fn package(self) -> String {
        let cpu = if cfg!(target_arch = "aarch64") { "arm64" } else { "x64" };
        let name = match self {
            Target::Linux => format!("linux-{cpu}"),
            Target::Mac if self == Target::host() => format!("darwin-{cpu}"),
            Target::Mac => "darwin-arm64".into(),
            Target::Win => "win32-x64".into(),
            other => format!("{}-arm64", other.family()),
        };
        format!("@socketsupply/socket-{name}")
    }

    /// The file name of the runtime in that package.
    pub(crate) fn runtime(self) -> &'static str {
        if self == Target::Win { "socket-runtime.exe" } else { "socket-runtime" }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Debian's name of the machine's architecture.
pub(crate) fn architecture() -> &'static str {
    match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        "arm" => "armhf",
        "x86" => "i386",
        other => other,
    }
}

/// Where everything lies. Absolute paths; nothing needs to be there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// The platform.
    pub target: Target,
    /// The name with its `-dev`.
    pub name: String,
    /// `<output>`, which holds every platform.
    pub output: PathBuf,
    /// `<output>/<platform>`.
    pub root: PathBuf,
    /// The app's own tree: everything that `ssc build` puts somewhere is in here.
    pub tree: PathBuf,
    /// The files of the app, served as its page root.
    pub resources: PathBuf,
    /// The executable.
    pub executable: PathBuf,
    /// The configuration that the app carries.
    pub config: PathBuf,
}

impl Layout {
    /// The layout of an app.
    pub fn new(config: &Config, project: &Path, target: Target, production: bool) -> Layout {
        let suffix = if production { "" } else { "-dev" };
        let name = format!("{}{suffix}", config.build.name);
        let version = &config.meta.version;
        let output = project.join(&config.build.output);
        let root = output.join(target.name());
        let (tree, resources, executable) = match target {
            Target::Linux => {
                let tree = root.join(format!("{name}_v{version}-1_{}", architecture()));
                let resources = tree.join("opt").join(&name);
                (tree, resources.clone(), resources.join(&name))
            }
            Target::Mac => {
                let tree = root.join(format!("{name}.app"));
                let contents = tree.join("Contents");
                (tree, contents.join("Resources"), contents.join("MacOS").join(&name))
            }
            Target::Win => {
                let tree = root.join(format!("{name}-v{version}"));
                (tree.clone(), tree.clone(), tree.join(format!("{name}.exe")))
            }
            Target::Ios | Target::IosSimulator => (root.clone(), root.join("ui"), root.join(&name)),
            Target::Android | Target::AndroidEmulator => {
                let main = root.join("app/src/main");
                (root.clone(), main.join("assets"), main.join("jniLibs/arm64-v8a/libsocket.so"))
            }
        };
        let config = resources.join("socket.ini");
        Layout { target, name, output, root, tree, resources, executable, config }
    }

    /// What `ssc` remembers about this tree, outside of it.
    pub(crate) fn state(&self) -> PathBuf {
        self.root.join(".ssc")
    }

    pub(crate) fn manifest(&self) -> PathBuf {
        let tree = self.tree.file_name().unwrap_or_default().to_string_lossy();
        self.state().join(format!("{tree}.manifest"))
    }
}

//! A project in a scratch directory, with a shell script in the place of the runtime.

#![allow(dead_code, reason = "each test program uses its part")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

pub(crate) const CONFIG: &str = "[build]\nname = app\n[meta]\nbundle_identifier = com.example.app\n";

/// Says what it was given, on its way to the code that it was told.
pub(crate) const RUNTIME: &str =
    "#!/bin/sh\nfor word in \"$@\"; do echo \"arg: $word\"; done\nexit ${CODE:-0}\n";

pub(crate) struct Project {
    pub(crate) scratch: TempDir,
    pub(crate) path: PathBuf,
}

#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Project {
    /// A project that builds, in a directory of this name.
    pub(crate) fn named(name: &str, config: &str) -> Project {
        let scratch = tempfile::tempdir().expect("a scratch directory");
        let path = scratch.path().join(name);
        let project = Project { path, scratch };
        project.write("socket.ini", &format!("{CONFIG}{config}"));
        project.write("src/index.html", "<h1>hello</h1>");
        let runtime = project.home().join("bin/socket-runtime");
        fs::create_dir_all(runtime.parent().expect("bin")).expect("created");
        script(&runtime, RUNTIME);
        project
    }

    pub(crate) fn new(config: &str) -> Project {
        Project::named("project", config)
    }

    pub(crate) fn home(&self) -> PathBuf {
        self.scratch.path().join("home")
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path.join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("created");
        fs::write(path, text).expect("written");
    }

    pub(crate) fn tree(&self) -> PathBuf {
        let root = self.path.join("build/linux");
        let mut trees =
            fs::read_dir(&root).expect("it was built").map(|entry| entry.expect("an entry").path());
        trees.find(|path| path.is_dir() && !path.ends_with(".ssc")).expect("a tree")
    }

    /// The directory of the app's files in a development build.
    pub(crate) fn resources(&self) -> PathBuf {
        self.tree().join("opt/app-dev")
    }

    pub(crate) fn read(&self, path: &str) -> String {
        let path = self.resources().join(path);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    pub(crate) fn has(&self, path: &str) -> bool {
        self.resources().join(path).exists()
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ssc"));
        command.args(args).current_dir(&self.path).stdin(Stdio::null());
        for name in ["DISPLAY", "WAYLAND_DISPLAY", "SSC_RC", "SSC_RC_FILENAME", "CODE", "SSC_VERBOSE"] {
            command.env_remove(name);
        }
        command.env("HOME", self.home()).env("SOCKET_HOME", self.home());
        command
    }

    pub(crate) fn ssc(&self, args: &[&str]) -> Done {
        finish(&mut self.command(args))
    }

    /// Runs `ssc`, which must succeed.
    #[track_caller]
    pub(crate) fn ok(&self, args: &[&str]) -> Done {
        let done = self.ssc(args);
        assert_eq!(done.code, 0, "{}{}", done.out, done.err);
        done
    }

    /// Runs `ssc`, which must fail with these words.
    #[track_caller]
    pub(crate) fn fails(&self, args: &[&str], words: &[&str]) -> Done {
        let done = self.ssc(args);
        assert_eq!(done.code, 1, "{}{}", done.out, done.err);
        for word in words {
            assert!(done.err.contains(word), "no `{word}` in:\n{}", done.err);
        }
        done
    }

    pub(crate) fn spawn(&self, args: &[&str]) -> Child {
        self.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("ssc starts")
    }
}

pub(crate) fn finish(command: &mut Command) -> Done {
    let output = command.output().expect("ssc runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    Done { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
}

/// Makes a shell script that can be run. Renamed into place, because it may be running.
pub(crate) fn script(path: &Path, text: &str) {
    use std::os::unix::fs::PermissionsExt;
    let scratch = path.with_extension("new");
    fs::write(&scratch, text).expect("written");
    fs::set_permissions(&scratch, fs::Permissions::from_mode(0o755)).expect("made executable");
    fs::rename(&scratch, path).expect("renamed");
}

//! `ssc build --watch`: builds when a source changes, not when it itself writes.

#![cfg(target_os = "linux")]

mod common;

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use common::{Project, script};

/// A watching `ssc`, and the lines it and its app print. Ends with the test.
struct Watch {
    ssc: Child,
    lines: Receiver<String>,
}

impl Watch {
    fn start(project: &Project, args: &[&str]) -> Watch {
        let mut command = project.command(&[&["build", "--watch"], args].concat());
        let mut ssc = command
            .env("DISPLAY", ":none")
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .expect("starts");
        let err: ChildStderr = ssc.stderr.take().expect("piped");
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            BufReader::new(err).lines().map_while(Result::ok).try_for_each(|line| sender.send(line))
        });
        Watch { ssc, lines }
    }

    /// Waits for a line with these words.
    #[track_caller]
    fn until(&self, words: &str) -> String {
        let mut seen = Vec::new();
        loop {
            match self.lines.recv_timeout(Duration::from_secs(20)) {
                Ok(line) if line.contains(words) => return line,
                Ok(line) => seen.push(line),
                Err(_) => panic!("no `{words}` after {seen:?}"),
            }
        }
    }

    fn signal(&self, name: &str) {
        let status = Command::new("sh").args(["-c", &format!("kill -{name} {}", self.ssc.id())]).status();
        assert!(status.expect("sent").success());
    }

    fn end(mut self) -> Option<i32> {
        self.ssc.wait().expect("ends").code()
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.ssc.kill();
        let _ = self.ssc.wait();
    }
}

#[test]
fn changes_are_built_and_mistakes_do_not_end_it() {
    let project = Project::new("");
    let watch = Watch::start(&project, &[]);
    watch.until("watching for changes");
    project.write("src/a.txt", "a");
    watch.until("1 file written");
    assert_eq!(project.read("a.txt"), "a");
    watch.until("watching for changes");
    std::fs::remove_file(project.path.join("src/index.html")).expect("removed");
    watch.until("there would be no index.html");
    watch.until("watching for changes");
    project.write("src/index.html", "back");
    watch.until("1 file written");
    watch.until("watching for changes");
    // Its configuration is a source as well.
    project.write("socket.ini", &format!("{}title = new\n", common::CONFIG));
    watch.until("files written");
    assert!(project.read("socket.ini").contains("title = new"));
    watch.until("watching for changes");
    watch.signal("TERM");
    assert_eq!(watch.end(), Some(128 + 15));
}

#[test]
fn a_source_that_is_not_there_yet() {
    let project = Project::new("");
    std::fs::rename(project.path.join("src"), project.path.join("away")).expect("renamed");
    let watch = Watch::start(&project, &[]);
    watch.until("there is no");
    watch.until("watching for changes");
    std::fs::rename(project.path.join("away"), project.path.join("src")).expect("renamed");
    watch.until("files written");
    watch.until("watching for changes");
    project.write("src/deep/a.txt", "a");
    watch.until("1 file written");
}

#[test]
fn what_a_build_writes_starts_no_other() {
    let project =
        Project::new("[build]\ncopy = .\nscript = \"echo same > made.txt; echo x >> \"$PREFIX/grows.txt\"\"");
    project.write("index.html", "");
    let watch = Watch::start(&project, &[]);
    watch.until("watching for changes");
    project.write("marker.txt", "1");
    watch.until("1 file written");
    watch.until("watching for changes");
    project.write("marker.txt", "2");
    watch.until("1 file written");
    watch.until("watching for changes");
    watch.signal("INT");
    // Every line up to its end: a further build would have said so.
    let rest: Vec<_> = watch.lines.iter().collect();
    assert!(!rest.iter().any(|line| line.contains("build app-dev")), "{rest:?}");
    // One line each from the first build and the two changes.
    assert!(project.read("grows.txt").lines().count() <= 4, "{}", project.read("grows.txt"));
    assert_eq!(watch.end(), Some(128 + 2));
}

#[test]
fn the_app_follows() {
    let project = Project::new("");
    // Traps run between the short sleeps.
    let text = |name: &str| {
        format!("#!/bin/sh\ntrap 'exit 3' TERM\necho {name} started >&2\nwhile :; do sleep 0.05; done\n")
    };
    script(&project.home().join("bin/socket-runtime"), &text("first"));
    let watch = Watch::start(&project, &["-r"]);
    watch.until("first started");
    project.write("src/a.txt", "a");
    watch.until("1 file written");
    let rest = watch.until("watching for changes");
    assert!(!rest.contains("restarting"));
    script(&project.home().join("bin/socket-runtime"), &text("second"));
    project.write("src/a.txt", "b");
    watch.until("restarting the app");
    watch.until("second started");
    watch.signal("TERM");
    assert_eq!(watch.end(), Some(3), "the code of the app");
}

//! Bad input: each mistake has a clear error, and what was built before is still there.

#![cfg(target_os = "linux")]

mod common;

use std::fs;
use std::os::unix::fs::symlink;
use std::process::Stdio;

use common::Project;

/// Builds, makes a mistake, and checks the words; then the app of the first build must still be whole.
#[track_caller]
fn check(config: &str, mistake: impl FnOnce(&Project), words: &[&str]) {
    let project = Project::new(config);
    project.write("src/a.txt", "a");
    project.ok(&["build"]);
    mistake(&project);
    project.fails(&["build"], words);
    assert_eq!((&*project.read("index.html"), &*project.read("a.txt")), ("<h1>hello</h1>", "a"));
}

#[test]
fn a_broken_configuration() {
    check(
        "",
        |project| fs::remove_file(project.path.join("socket.ini")).expect("removed"),
        &["socket.ini: there is no such file", "ssc init"],
    );
    check(
        "",
        |project| project.write("socket.ini", "[build\n"),
        &["socket.ini:1:1: the section `[build` has no `]`"],
    );
    check(
        "",
        |project| project.write("socket.ini", "[build]\n[meta]\nbundle_identifier = a.b"),
        &["socket.ini:1:1: [build] name is missing"],
    );
    check(
        "",
        |project| project.write("socket.ini", "[build]\nname = app\n"),
        &["[meta] bundle_identifier is missing", "reverse DNS"],
    );
    check(
        "",
        |project| project.write("socket.ini", "[build]\nname = a/b\n"),
        &["socket.ini:2:8: [build] name: `a/b` contains `/`"],
    );
}

#[test]
fn no_page() {
    check(
        "",
        |project| fs::remove_file(project.path.join("src/index.html")).expect("removed"),
        &["there would be no index.html", "--port"],
    );
    let project = Project::new("[webview]\nroot = /public");
    project.fails(&["build"], &["opt/app-dev/public/index.html"]);
    project.write("src/public/index.html", "");
    project.ok(&["build"]);
    let project = Project::new("");
    fs::remove_file(project.path.join("src/index.html")).expect("removed");
    project.ok(&["build", "--port=8000"]);
    project.fails(&["build", "--port=0"], &["there would be no index.html"]);
}

#[test]
fn sources_that_cannot_be_read() {
    check(
        "",
        |project| fs::remove_dir_all(project.path.join("src")).expect("removed"),
        &["[build] copy: there is no", "/src"],
    );
    check(
        "",
        |project| symlink("nowhere", project.path.join("src/b")).expect("linked"),
        &["src/b: the link leads nowhere"],
    );
    check(
        "",
        |project| symlink("..", project.path.join("src/up")).expect("linked"),
        &["leads back to a directory that it is in"],
    );
    let fifo = |project: &Project| {
        let path = project.path.join("src/pipe");
        assert!(std::process::Command::new("mkfifo").arg(path).status().expect("mkfifo runs").success());
    };
    check("", fifo, &["src/pipe is neither a file nor a directory"]);
    check(
        "",
        |project| project.write("src/socket.ini", ""),
        &["would take the place of the app's own socket.ini"],
    );
    check("", |project| project.write("src/app-dev", ""), &["would take the place of the app's own app-dev"]);
}

#[test]
fn files_that_keys_name() {
    let mistake =
        |project: &Project, line: &str| project.write("socket.ini", &format!("{}{line}", common::CONFIG));
    check(
        "",
        |project| mistake(project, "[linux]\nicon = none.png"),
        &["socket.ini:6:8: [linux] icon: there is no file"],
    );
    check(
        "",
        |project| mistake(project, "[linux]\nicon = src/a.txt"),
        &["[linux] icon", "neither a PNG nor an SVG"],
    );
    check(
        "",
        |project| mistake(project, "[build]\ncopy_map = none.ini"),
        &["socket.ini:6:12: [build] copy_map: there is no file `none.ini`"],
    );
    check("", |project| mistake(project, "type = extension"), &["native extensions cannot be built"]);
    let map = |project: &Project| {
        project.write("map.ini", "nonsense");
        mistake(project, "[build]\ncopy_map = map.ini");
    };
    check("", map, &["map.ini:1:1: `nonsense` is neither"]);
}

#[test]
fn no_runtime() {
    let project = Project::new("");
    fs::remove_file(project.home().join("bin/socket-runtime")).expect("removed");
    project.fails(&["build"], &["the runtime for linux is not installed", "npm install"]);
    assert!(!project.path.join("build/linux/app-dev_v1.0.0-1_amd64").exists());
    assert!(project.ok(&["build", "--dry-run"]).out.contains("(not installed)"));
}

#[test]
fn an_output_that_cannot_be_made() {
    let project = Project::new("[build]\noutput = taken");
    project.write("taken", "a file");
    project.fails(&["build"], &["cannot create", "taken"]);
}

#[test]
fn odd_paths() {
    for name in ["with spaces", "quote's \"double\"", "\u{fc}n\u{ef}\u{1f600}", "-dash", "semi;colon#hash"] {
        let project = Project::named(
            name,
            "[build]\nscript = touch \"$PREFIX/made\"\ncopy = src\n[.script]\nforward_arguments = true",
        );
        project.write("src/it's \"odd\" ; \u{1f600}.txt", "odd");
        project.ok(&["build"]);
        assert_eq!(project.read("it's \"odd\" ; \u{1f600}.txt"), "odd", "{name}");
        assert!(project.has("made"), "{name}");
        let done = project.ok(&["print-build-dir"]);
        assert_eq!(done.out.trim_end(), project.resources().to_str().expect("UTF-8"));
    }
}

#[test]
fn paths_that_are_too_long() {
    let project = Project::new("");
    project.ok(&["build"]);
    // Longer in the output than a path may be, and still fine where it is.
    let deep: String = std::iter::repeat_n("a".repeat(200) + "/", 21).collect();
    let output = project.path.join("build/linux").as_os_str().len();
    let room = 4095 - project.path.as_os_str().len() - "/src/".len();
    assert!(output < 400, "the scratch directory is not that deep itself");
    let deep = &deep[..room.min(deep.len()) - 10];
    project.write(&format!("src/{}/x", deep.trim_end_matches('/')), "x");
    project.fails(&["build"], &["too long", "shorten it"]);
    assert_eq!(project.read("index.html"), "<h1>hello</h1>");
}

#[test]
fn two_builds_at_once() {
    let project = Project::new("");
    for number in 0..200 {
        project.write(&format!("src/{number}.txt"), &number.to_string());
    }
    let mut builds: Vec<_> = (0..4)
        .map(|_| {
            project.command(&["build"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("starts")
        })
        .collect();
    for build in &mut builds {
        assert!(build.wait().expect("ends").success());
    }
    for number in 0..200 {
        assert_eq!(project.read(&format!("{number}.txt")), number.to_string());
    }
    assert!(!project.path.join("build/linux/.ssc/scratch").exists());
}

#[test]
fn a_build_waits_for_another_and_says_so() {
    use std::io::{BufRead, BufReader, Write};
    // The script of the first build goes on when a line arrives.
    let project = Project::new("[build]\nscript = \"echo begun; read line; true\"\ncopy = src");
    let mut first =
        project.command(&["build"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("starts");
    let mut line = String::new();
    BufReader::new(first.stdout.take().expect("piped")).read_line(&mut line).expect("a line");
    assert_eq!(line, "begun\n");
    let mut second = project.spawn(&["build"]);
    line.clear();
    BufReader::new(second.stderr.take().expect("piped")).read_line(&mut line).expect("a line");
    assert!(line.contains("waiting for another ssc that builds into"), "{line}");
    first.stdin.take().expect("piped").write_all(b"go\n").expect("written");
    assert!(first.wait().expect("ends").success());
    assert!(second.wait().expect("ends").success());
}

#[test]
fn a_running_app_is_replaced() {
    let project = Project::new("");
    // A real executable: a shell script could be overwritten.
    let sleep = std::env::split_paths(&std::env::var_os("PATH").expect("a PATH"))
        .map(|path| path.join("sleep"))
        .find(|path| path.is_file());
    let runtime = project.home().join("bin/socket-runtime");
    fs::copy(sleep.expect("sleep"), &runtime).expect("copied");
    project.ok(&["build"]);
    let mut app =
        std::process::Command::new(project.resources().join("app-dev")).arg("600").spawn().expect("runs");
    common::script(&runtime, common::RUNTIME);
    let done = project.ssc(&["build"]);
    let alive = app.try_wait().expect("asked").is_none();
    app.kill().expect("killed");
    app.wait().expect("reaped");
    assert_eq!(done.code, 0, "{}", done.err);
    assert!(alive && project.read("app-dev").starts_with("#!/bin/sh"));
}

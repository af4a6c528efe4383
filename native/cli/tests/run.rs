//! `ssc run` and `ssc build -r`: the app's output, exit code and signals are those of `ssc`.

#![cfg(target_os = "linux")]

mod common;

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::Command;

use common::{Project, finish, script};

/// A project that was built, whose app is this shell script.
fn app(config: &str, text: &str) -> Project {
    let project = Project::new(config);
    project.ok(&["build", "-q"]);
    script(&project.resources().join("app-dev"), &format!("#!/bin/sh\n{text}\n"));
    project
}

/// Runs with a display that nobody looks at.
fn run(project: &Project, args: &[&str]) -> common::Done {
    finish(project.command(args).env("DISPLAY", ":none"))
}

#[test]
fn output_and_exit_code() {
    let project = app("", "echo out; echo err >&2; pwd; exit 7");
    let done = run(&project, &["run"]);
    assert_eq!((done.code, &*done.err), (7, "err\n"));
    assert_eq!(done.out, format!("out\n{}\n", project.path.display()));
    let done = run(&app("", "kill -9 $$"), &["run"]);
    assert_eq!(done.code, 128 + 9);
}

#[test]
fn arguments() {
    let project = app("", "for word in \"$@\"; do echo \"$word\"; done");
    project.write("test/a.js", "");
    project.ok(&["build", "-q", "--test=test/a.js"]);
    script(&project.resources().join("app-dev"), "#!/bin/sh\nfor word in \"$@\"; do echo \"$word\"; done\n");
    let args =
        ["run", "--headless", "-t=test/a.js", "--host=h", "--port=1", "--debug", "--", "--own", "two words"];
    let done = run(&project, &args);
    assert_eq!(
        done.out, "--headless\n--test=/test/a.js\n--host=h\n--port=1\n--debug\n--own\ntwo words\n",
        "{}",
        done.err
    );
    let done = run(&project, &["run", "--test=src/index.html"]);
    assert_eq!(done.out, "--test=/index.html\n", "{}", done.err);
}

#[test]
fn build_and_run() {
    let project = Project::new("");
    let done = finish(
        project.command(&["build", "-r", "--port=8000", "--", "x"]).env("DISPLAY", ":none").env("CODE", "5"),
    );
    assert_eq!((done.code, &*done.out), (5, "arg: --port=8000\narg: x\n"), "{}", done.err);
}

#[test]
fn variables() {
    let project = app("[env]\nFROM_INI = ini", "echo $FROM_INI $TYPED $RC $SSC_APP_ENV");
    project.write(".sscrc", "[env]\nRC = rc");
    let done = run(&project, &["run", "--env=TYPED=typed"]);
    assert_eq!(done.out, "ini typed rc TYPED\n");
}

#[test]
fn signals_reach_the_app() {
    for (signal, code) in [("INT", 12), ("TERM", 15), ("USR1", 17)] {
        // Traps run between the short sleeps.
        let project = app(
            "",
            "trap 'exit 12' INT; trap 'exit 15' TERM; trap 'exit 17' USR1; echo ready; while :; do sleep 0.05; done",
        );
        let mut command = project.command(&["run"]);
        let mut ssc =
            command.env("DISPLAY", ":none").stdout(std::process::Stdio::piped()).spawn().expect("starts");
        let mut line = String::new();
        BufReader::new(ssc.stdout.take().expect("piped")).read_line(&mut line).expect("a line");
        assert_eq!(line, "ready\n");
        let sent =
            Command::new("sh").args(["-c", &format!("kill -{signal} {}", ssc.id())]).status().expect("sent");
        assert!(sent.success());
        assert_eq!(ssc.wait().expect("ends").code(), Some(code), "{signal}");
    }
}

#[test]
fn without_a_display() {
    let project = app("", "echo never");
    project.fails(&["run"], &["there is no display", "--headless"]);
    let mut command = project.command(&["run", "--headless"]);
    let done = finish(command.env("PATH", "/nowhere"));
    assert_eq!((done.code, &*done.out), (1, ""));
    assert!(done.err.contains("Xvfb") && done.err.contains("apt install xvfb"), "{}", done.err);
}

#[test]
fn a_headless_runner() {
    let project = app("[headless]\nrunner = runner\nrunner_flags = \"-a 'b c'\"", "echo app \"$@\"");
    let bin = project.scratch.path().join("bin");
    fs::create_dir(&bin).expect("created");
    script(&bin.join("runner"), "#!/bin/sh\necho \"runner $1 $2\"; shift 2; exec \"$@\"\n");
    let path = format!("{}:/usr/bin:/bin", bin.display());
    let done = finish(project.command(&["run", "--headless"]).env("PATH", path));
    assert_eq!((done.code, &*done.out), (0, "runner -a b c\napp --headless\n"), "{}", done.err);
    project.fails(&["run", "--headless"], &["the headless runner `runner` is not installed"]);
}

#[test]
fn install_below_a_directory() {
    let project = app("", "true");
    let target = project.scratch.path().join("root");
    project.ok(&["install-app", "--target", target.to_str().expect("UTF-8")]);
    assert!(
        target.join("opt/app-dev/index.html").is_file()
            && target.join("usr/share/applications/app-dev.desktop").is_file()
    );
    assert!(target.join("usr/local/bin/app-dev").is_symlink() && !target.join("DEBIAN").exists());
}

#[test]
fn a_build_script_ends_with_ssc() {
    // It waits for a writer that never comes; its output ends when it does.
    let project = Project::new("[build]\nscript = \"echo $$; mkfifo never; read line < never\"");
    let mut ssc =
        project.command(&["build"]).stdout(std::process::Stdio::piped()).spawn().expect("ssc starts");
    let mut output = BufReader::new(ssc.stdout.take().expect("it is piped"));
    let mut line = String::new();
    output.read_line(&mut line).expect("the script says its number");
    assert!(line.trim().parse::<u32>().is_ok(), "{line}");
    ssc.kill().expect("it runs");
    ssc.wait().expect("it has ended");
    line.clear();
    std::io::Read::read_to_string(&mut output, &mut line).expect("the end of the script's output");
    assert_eq!(line, "");
}

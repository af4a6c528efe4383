//! `ssc init`: what a new project holds, and that nothing is ever overwritten.

#![cfg(target_os = "linux")]

mod common;

use std::fs;

use common::Project;

#[test]
fn an_empty_directory_becomes_a_project_that_builds() {
    let project = Project::new("");
    let folder = project.scratch.path().join("My 1st app \u{fc}");
    fs::create_dir(&folder).expect("created");
    let done = common::finish(project.command(&["init"]).current_dir(&folder));
    assert_eq!(done.code, 0, "{}", done.err);
    let files: Vec<_> = done.out.lines().collect();
    assert_eq!(
        files,
        ["socket.ini", "src/index.html", "src/index.js", "src/index.css", "src/icon.png", ".gitignore"]
    );
    let config = fs::read_to_string(folder.join("socket.ini")).expect("written");
    assert!(
        config.contains("name = My-1st-app\n") && config.contains("bundle_identifier = com.My-1st-app\n"),
        "{config}"
    );
    let done = common::finish(project.command(&["build"]).current_dir(&folder));
    assert_eq!(done.code, 0, "{}", done.err);
    assert!(!done.err.contains("warning"), "{}", done.err);
}

#[test]
fn the_page_lists_what_it_uses() {
    let project = Project::new("");
    let folder = project.scratch.path().join("page");
    project.ok(&["init", folder.to_str().expect("UTF-8")]);
    let html = fs::read_to_string(folder.join("src/index.html")).expect("written");
    assert!(html.contains("connect-src ipc://fs.readFile;") && !html.contains("unsafe"), "{html}");
    let script = fs::read_to_string(folder.join("src/index.js")).expect("written");
    assert!(script.contains("import fs from 'socket:fs/promises'"), "{script}");
    let icon = fs::read(folder.join("src/icon.png")).expect("written");
    // Width and height stand behind the signature and the head of the first chunk.
    assert_eq!((&icon[1..4], &icon[16..24]), (&b"PNG"[..], &[0, 0, 1, 0, 0, 0, 1, 0][..]));
}

#[test]
fn nothing_is_overwritten() {
    let project = Project::new("");
    project.write(".gitignore", "mine");
    fs::remove_dir_all(project.path.join("src")).expect("removed");
    project.write("main.js", "");
    let done = project.ok(&["init"]);
    assert_eq!((&*done.out, project.path.join("src").exists()), ("", false));
    assert!(done.err.contains("every file is there already"), "{}", done.err);
    assert_eq!(fs::read_to_string(project.path.join(".gitignore")).expect("there"), "mine");
    assert!(fs::read_to_string(project.path.join("socket.ini")).expect("there").starts_with(common::CONFIG));
}

#[test]
fn names() {
    let project = Project::new("");
    let folder = project.scratch.path().join("other");
    let path = folder.to_str().expect("UTF-8");
    assert_eq!(project.ok(&["init", "-C", "-n", "the_name", path]).out, "socket.ini\n");
    let config = fs::read_to_string(folder.join("socket.ini")).expect("written");
    assert!(
        config.contains("name = the_name\n") && config.contains("application_protocol = the-name\n"),
        "{config}"
    );
    project.fails(&["init", "--name=two words", path], &["`two words` cannot be the name of an app"]);
}

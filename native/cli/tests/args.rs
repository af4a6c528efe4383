//! The command line: help, exit codes, mistakes, and the options of `.sscrc`.

#![cfg(target_os = "linux")]

mod common;

use common::Project;

#[test]
fn without_a_command() {
    let project = Project::new("");
    for args in [&[][..], &["-h"], &["--help"], &["help"]] {
        let done = project.ok(args);
        for command in
            ["build", "run", "init", "print-build-dir", "env", "list-devices", "install-app", "setup"]
        {
            assert!(done.out.contains(&format!("\n  {command}")), "{args:?}: {}", done.out);
        }
        assert_eq!(done.err, "");
    }
    for args in ["-v", "--version"] {
        let done = project.ok(&[args]);
        assert!(done.out.starts_with(env!("CARGO_PKG_VERSION")), "{}", done.out);
        assert_eq!(done.err.trim_end(), project.home().to_str().expect("UTF-8"));
    }
    assert_eq!(project.ok(&["--prefix"]).out.trim_end(), project.home().to_str().expect("UTF-8"));
}

#[test]
fn every_command_has_help() {
    let project = Project::new("");
    for command in [
        "build",
        "compile",
        "run",
        "init",
        "print-build-dir",
        "list-build-target",
        "print-build-target",
        "env",
        "list-devices",
        "install-app",
        "setup",
    ] {
        let done = project.ok(&[command, "--help"]);
        assert!(done.out.contains("Usage: ssc "), "{}", done.out);
        assert_eq!(project.ok(&[command, "-h"]).err, "");
    }
}

#[test]
fn mistakes_name_what_is_near() {
    let project = Project::new("");
    project.fails(&["bild"], &["bild", "similar subcommand exists: 'build'"]);
    project.fails(&["--versoin"], &["'--version'"]);
    project.fails(&["build", "--hedless"], &["similar argument exists: '--headless'"]);
    project.fails(&["build", "--port=many"], &["'many'", "--port <PORT>"]);
    project.fails(&["build", "--port=70000"], &["'70000'"]);
    project.fails(&["build", "--port"], &["value is required", "--port <PORT>"]);
    project.fails(&["build", "--test"], &["value is required", "--test <PATH>"]);
    project.fails(&["build", "--test", "-r"], &["value is required"]);
    project.fails(&["build", "--headless=1"], &["unexpected value '1'"]);
    project.fails(&["build", "-q", "--quiet"], &["cannot be used multiple times"]);
    project.fails(&["build", "--platform=amiga"], &["'amiga'", "android"]);
    project.fails(&["build", "--platform=andriod"], &["'android'"]);
    project.fails(&["build", "--env==x"], &["has no name"]);
    project.fails(&["build", "nowhere"], &["nowhere", "no such file or directory"]);
    project.fails(&["build", "src/index.html"], &["is not a directory"]);
}

#[test]
fn what_is_not_there_yet_says_so() {
    let project = Project::new("");
    for flag in ["-c", "--codesign", "-n", "--notarize"] {
        let done = project.fails(&["build", flag], &["not there yet"]);
        assert!(!project.path.join("build").exists(), "{}", done.err);
    }
    project.fails(
        &["build", "--platform=android"],
        &["runtime for android is not installed", "@socketsupply/socket-android-arm64"],
    );
    project.fails(&["build", "-p", "--platform=ios"], &["packaging for ios is not there yet"]);
    project.fails(&["build", "-r", "--platform=ios-simulator"], &["cannot be run"]);
    project.fails(&["setup", "--platform=ios"], &["nothing can be set up for ios"]);
    project.fails(&["list-devices"], &["--platform is missing"]);
    project.fails(&["list-devices", "--platform=android", "--udid", "--ecid"], &["cannot be used with"]);
    project.fails(&["install-app"], &["not built", "ssc build"]);
    project.fails(&["run"], &["not built", "ssc build"]);
}

#[test]
fn values_in_every_form() {
    let project = Project::new("");
    for args in [&["--platform=mac"][..], &["--platform", "mac"]] {
        let args: Vec<_> = ["print-build-dir"].iter().chain(args).copied().collect();
        assert!(project.ok(&args).out.trim_end().ends_with("build/mac/app-dev.app/Contents/Resources"));
    }
    let dry = |args: &[&str]| project.ok(&[&["build", "--dry-run"], args].concat()).out;
    for args in [
        &["-t=src/index.html"][..],
        &["-t", "src/index.html"],
        &["--test", "src/index.html"],
        &["--prod"],
        &["-P"],
    ] {
        let production = args[0] == "--prod" || args[0] == "-P";
        assert_eq!(dry(args).starts_with("app for"), production, "{args:?}");
    }
    // The last directory counts.
    assert!(
        project.command(&["build", "--dry-run", "elsewhere", "."]).output().expect("runs").status.success()
    );
}

#[test]
fn print_build_dir() {
    let project = Project::new("");
    let folder = project.path.to_str().expect("UTF-8");
    let tree = |name: &str| format!("{folder}/build/linux/{name}_v1.0.0-1_");
    let dev = project.ok(&["list-build-target", "."]).out;
    assert!(dev.starts_with(&tree("app-dev")) && dev.ends_with("/opt/app-dev\n"), "{dev}");
    assert_eq!(project.ok(&["print-build-target"]).out, dev);
    let prod = project.ok(&["print-build-dir", "--prod"]).out;
    assert!(prod.starts_with(&tree("app")) && prod.ends_with("/opt/app\n"), "{prod}");
    assert_eq!(project.ok(&["print-build-dir", "--root"]).out, format!("{folder}/build/linux\n"));
    assert!(!project.path.join("build").exists(), "nothing is made");
    project.ok(&["build", "-q"]);
    assert!(std::path::Path::new(dev.trim_end()).is_dir());
}

#[test]
fn options_of_sscrc() {
    let project = Project::new("");
    project.write(".sscrc", "[build]\nplatform = ios\nprod = true\nwatch = false\n[settings.meta]\nversion = 3.2.1\n[list-devices]\nplatform = android");
    let plan = |args: &[&str]| project.ok(&[&["build", "--dry-run"], args].concat()).out;
    assert!(plan(&[]).starts_with("app for ios,"));
    // What is typed counts more.
    assert!(plan(&["--platform=linux"]).contains("/app_v3.2.1-1_"), "{}", plan(&["--platform=linux"]));
    project.write(".sscrc", "[build]\nplatfrom = ios");
    let done = project.ok(&["build", "--dry-run"]);
    assert!(done.err.contains(".sscrc:2:12: `ssc build` has no option `--platfrom`"), "{}", done.err);
    assert!(done.err.contains("did you mean platform?"), "{}", done.err);
    project.write(".sscrc", "[build]\nheadless = yes");
    project.fails(&["build"], &[".sscrc:2:12: [build] headless: `yes` is neither true nor false"]);
    project.write(".sscrc", "[build]\nport = x");
    project.fails(&["build"], &["'x'", ".sscrc adds: --port=x"]);
    project.write(".sscrc", "[build\n");
    project.fails(&["build"], &[".sscrc:1:1: the section `[build` has no `]`"]);
}

#[test]
fn env_masks_secrets() {
    let project = Project::new("[env]\nGREETING = hi\nAPI_TOKEN = abc");
    project.write(".sscrc", "[env]\nFROM_RC = 1");
    project.write(".ssc.env", "ANDROID_HOME=/sdk");
    let mut command = project.command(&["env"]);
    let done = common::finish(command.env("APPLE_ID_PASSWORD", "hunter2").env_remove("ANDROID_HOME"));
    let lines: Vec<_> = done.out.lines().collect();
    for line in
        ["GREETING=hi", "API_TOKEN=********", "FROM_RC=1", "ANDROID_HOME=/sdk", "APPLE_ID_PASSWORD=********"]
    {
        assert!(lines.contains(&line), "no {line} in {lines:?}");
    }
    assert!(!done.out.contains("hunter2") && !done.out.contains("abc"));
    std::fs::remove_file(project.path.join("socket.ini")).expect("removed");
    project.ok(&["env"]);
}

#[test]
fn the_documentation_knows_every_option() {
    let project = Project::new("");
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/cli.md");
    let page = std::fs::read_to_string(path).expect("docs/cli.md");
    for command in ["build", "run", "init", "print-build-dir", "env", "list-devices", "install-app", "setup"]
    {
        assert!(page.contains(&format!("\n## ssc {command}\n")), "{command}");
        let help = project.ok(&[command, "-h"]).out;
        for option in
            help.split([' ', ',', '=', '\n']).filter(|word| word.starts_with("--") && word.len() > 2)
        {
            assert!(page.contains(option), "docs/cli.md does not mention {option} of ssc {command}");
        }
    }
}

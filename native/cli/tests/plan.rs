//! Plans for every platform, on any machine: nothing is read but the configuration.

use std::path::{Path, PathBuf};

use socket_cli::{Inputs, Target, plan};
use socket_config::{Config, Overrides};

const CONFIG: &str =
    "[build]\nname = app\ncopy = src\n[meta]\nbundle_identifier = com.example.app\nversion = 1.2.3\n";

fn printed(config: &str, change: impl FnOnce(&mut Inputs)) -> String {
    let project = Path::new("/project");
    let config =
        Config::parse(&format!("{CONFIG}{config}"), &project.join("socket.ini"), &Overrides::default())
            .expect("loads");
    let runtime = Some(PathBuf::from("/runtime"));
    let mut inputs = Inputs {
        config: &config,
        project,
        target: Target::Linux,
        production: false,
        maps: &[],
        runtime,
        licences: Some(PathBuf::from("/licences")),
        test: None,
        served: false,
        package: None,
    };
    change(&mut inputs);
    let plan = plan(&inputs).expect("can be planned");
    // The package name of the machine's architecture is the only thing that differs between machines.
    plan.to_string().replace("_arm64", "_amd64")
}

#[track_caller]
fn check(target: Target, lines: &[&str]) {
    let text = printed("", |inputs| inputs.target = target);
    assert_eq!(text.lines().map(str::trim_start).collect::<Vec<_>>(), lines);
}

#[test]
fn linux() {
    check(
        Target::Linux,
        &[
            "app-dev for linux, in /project/build/linux/app-dev_v1.2.3-1_amd64",
            "1. check that there is opt/app-dev/index.html",
            "2. copy /project/src to opt/app-dev/",
            "3. place /runtime as opt/app-dev/app-dev",
            "4. place the licences /licences as opt/app-dev/THIRD-PARTY-LICENSES",
            "5. write the configuration, opt/app-dev/socket.ini",
            "6. write the default icon, usr/share/icons/hicolor/256x256/apps/app-dev.png",
            "7. write the desktop entry, usr/share/applications/app-dev.desktop",
            "8. write the package's control file, DEBIAN/control",
            "9. link usr/local/bin/app-dev to /opt/app-dev/app-dev",
        ],
    );
}

#[test]
fn mac() {
    check(
        Target::Mac,
        &[
            "app-dev for mac, in /project/build/mac/app-dev.app",
            "1. check that there is Contents/Resources/index.html",
            "2. copy /project/src to Contents/Resources/",
            "3. place /runtime as Contents/MacOS/app-dev",
            "4. place the licences /licences as Contents/Resources/THIRD-PARTY-LICENSES",
            "5. write the configuration, Contents/Resources/socket.ini",
            "6. write the property list, Contents/Info.plist",
        ],
    );
}

#[test]
fn windows() {
    check(
        Target::Win,
        &[
            "app-dev for win, in /project/build/win/app-dev-v1.2.3",
            "1. check that there is index.html",
            "2. copy /project/src to /",
            "3. place /runtime as app-dev.exe",
            "4. place the licences /licences as THIRD-PARTY-LICENSES",
            "5. write the configuration, socket.ini",
        ],
    );
}

#[test]
fn phones() {
    for (target, folder) in [(Target::Ios, "ios"), (Target::IosSimulator, "ios-simulator")] {
        check(
            target,
            &[
                &format!("app-dev for {folder}, in /project/build/{folder}"),
                "1. check that there is ui/index.html",
                "2. copy /project/src to ui/",
                "3. place /runtime as app-dev",
                "4. place the licences /licences as ui/THIRD-PARTY-LICENSES",
                "5. write the configuration, ui/socket.ini",
                &format!("6. package for {folder}"),
            ],
        );
    }
    for (target, folder) in [(Target::Android, "android"), (Target::AndroidEmulator, "android-emulator")] {
        check(
            target,
            &[
                &format!("app-dev for {folder}, in /project/build/{folder}"),
                "1. check that there is app/src/main/assets/index.html",
                "2. copy /project/src to app/src/main/assets/",
                "3. place /runtime as app/src/main/jniLibs/arm64-v8a/libsocket.so",
                "4. place the licences /licences as app/src/main/assets/THIRD-PARTY-LICENSES",
                "5. write the configuration, app/src/main/assets/socket.ini",
                &format!("6. package for {folder}"),
            ],
        );
    }
}

#[test]
fn a_build_for_users() {
    let text = printed("[linux]\nicon = art/logo.svg", |inputs| inputs.production = true);
    assert!(text.starts_with("app for linux, in /project/build/linux/app_v1.2.3-1_amd64\n"), "{text}");
    assert!(
        text.contains("copy /project/art/logo.svg to usr/share/icons/hicolor/scalable/apps/app.svg"),
        "{text}"
    );
}

#[test]
fn copies() {
    let text = printed(
        "[build.copy-map]\na = b\nlinux_c = d/\nmac_no = no\ndebug_e = /f/g\nprod_no = no\nlinux_debug_h =\n\
         [build]\nscript = make\n[.script]\nforward_arguments = true\nafter = echo",
        |_| {},
    );
    let lines: Vec<_> =
        text.lines().filter_map(|line| line.trim_start().split_once(". ").map(|(_, line)| line)).collect();
    assert_eq!(lines[0], "run `make` with the resources directory as its argument");
    assert_eq!(lines[2], "copy /project/src to opt/app-dev/");
    assert_eq!(lines[3], "copy /project/a to opt/app-dev/b");
    assert_eq!(lines[4], "copy /project/c to opt/app-dev/d/");
    assert_eq!(lines[5], "copy /project/e to opt/app-dev/f/g");
    assert_eq!(lines[6], "copy /project/h to opt/app-dev/h");
    assert_eq!(lines[lines.len() - 1], "run `echo` afterwards");
}

#[test]
fn a_test_is_copied_only_when_nothing_else_copies_it() {
    let test = |file: &str| {
        let text = printed("", |inputs| inputs.test = Some(file.into()));
        text.lines()
            .filter(|line| line.contains(". copy"))
            .map(|line| line.trim().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(test("/project/src/test/a.js"), ["2. copy /project/src to opt/app-dev/"]);
    assert_eq!(test("/project/test/a.js")[1], "3. copy /project/test to opt/app-dev/test/");
    assert_eq!(test("/project/a.js")[1], "3. copy /project/a.js to opt/app-dev/");
}

#[test]
fn a_served_page_needs_no_file() {
    let text = printed("", |inputs| inputs.served = true);
    assert!(!text.contains("check that there is"), "{text}");
}

#[test]
fn copies_stay_in_the_resources() {
    let project = Path::new("/project");
    let config = format!("{CONFIG}[build.copy-map]\na = ../b");
    let config = Config::parse(&config, &project.join("socket.ini"), &Overrides::default()).expect("loads");
    let inputs = Inputs {
        config: &config,
        project,
        target: Target::Linux,
        production: false,
        maps: &[],
        runtime: None,
        licences: None,
        test: None,
        served: false,
        package: None,
    };
    let error = plan(&inputs).expect_err("it leads out");
    assert!(error.message.contains("`../b` leads out of the resources"), "{}", error.message);
}

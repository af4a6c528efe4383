//! What a good file comes to: types, defaults, overrides, and the file that a built app carries.

use std::path::Path;

use socket_config::{Config, Length, Overrides, Rc, Search, env_file};

const APP: &str = "[build]\nname = app\n[meta]\nbundle_identifier = com.example.my_app\n";

fn load(lines: &str) -> Config {
    load_over(lines, &Overrides::default())
}

fn load_over(lines: &str, overrides: &Overrides) -> Config {
    Config::parse(&format!("{APP}{lines}"), Path::new("socket.ini"), overrides).expect("loads")
}

#[test]
fn defaults() {
    let config = load("");
    assert!(config.warnings.is_empty(), "{:?}", config.warnings);
    assert_eq!(&*config.meta.version, "1.0.0");
    assert_eq!(config.meta.title, "app");
    assert_eq!(&*config.meta.application_protocol, "com-example-my-app");
    assert_eq!(config.meta.file_limit, 4096);
    assert_eq!(*config.build.copy, ["src"]);
    assert_eq!(config.flat["build_copy"], "src");
    assert!(load("[build]\nscript = make").build.copy.is_empty(), "a script makes the resources");
    assert_eq!(config.build.output, "build");
    assert_eq!(
        (config.window.width, config.window.max_height),
        (Length::Percent(50.0), Length::Percent(100.0))
    );
    assert!(config.permissions.allow_camera && !config.permissions.allow_push_notifications);
    assert!(!config.ios.nonexempt_encryption && !config.build.debug);
    for (key, value) in [("meta_version", "1.0.0"), ("meta_title", "app"), ("build_name", "app")] {
        assert_eq!(config.flat[key], value);
    }
}

#[test]
fn values() {
    let config = load(
        "[build]\ncopy[] = \"a b;dst=c\"\ncopy[] = d\nenv = \"USER, HOME,PWD\"\n[.script]\nforward_arguments = true\n\
         [build.copy-map]\nlinux_a = b\n[window]\nwidth = 800px\nheight = 12.5%\n[ios]\nnonexempt_encryption = false\n\
         [webview]\nheaders[] = X-A: one: two\nheaders[] = X-B: 3\n[webview.navigator.mounts]\n$HOST_HOME/x = /y\n\
         [webview.navigator.policies]\nallowed[] = https://a/*\nallowed[] = b:\n[env]\nA_B = 1 ; no\n[i18n]\nlocales = l",
    );
    assert!(config.warnings.is_empty(), "{:?}", config.warnings);
    assert_eq!(*config.build.copy, ["a b;dst=c", "d"]);
    assert_eq!(*config.build.env, ["USER", "HOME", "PWD"]);
    assert!(config.build.script_forward_arguments && !config.ios.nonexempt_encryption);
    assert_eq!((config.window.width, config.window.height), (Length::Px(800.0), Length::Percent(12.5)));
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(config.copy_map, [pair("linux_a", "b")]);
    assert_eq!(*config.webview.headers, [pair("X-A", "one: two"), pair("X-B", "3")]);
    assert_eq!(config.mounts, [pair("$HOST_HOME/x", "/y")]);
    assert_eq!(*config.webview.navigator_policies_allowed, ["https://a/*", "b:"]);
    assert_eq!(config.env, [pair("A_B", "1")]);
    assert_eq!(config.flat["build_copy"], "a b;dst=c d");
    assert_eq!(config.flat["env_A_B"], "1");
}

#[test]
fn an_extension_needs_no_bundle_identifier() {
    let text = "[build]\nname = app\n[meta]\ntype = extension\n[extension]\nsources = a.c";
    let config = Config::parse(text, Path::new("socket.ini"), &Overrides::default()).expect("loads");
    assert!(config.meta.bundle_identifier.is_empty());
}

#[test]
fn the_written_file_reads_back_the_same() {
    let mut overrides = Overrides::default();
    let odd = [
        "",
        "a ; b # c",
        "\"",
        "\"\"",
        "\"q\" ; \"",
        "two  spaces",
        " led and trailed ",
        "\u{fc}\u{1f600}",
        "a = b",
        "C:\\x\\",
        "[x]",
        "\ttab",
    ];
    for (number, value) in odd.iter().enumerate() {
        overrides.set("env", &format!("V{number}"), value).expect("can be written");
    }
    let items: Vec<String> = odd[1..].iter().map(|&item| item.to_owned()).collect();
    overrides.set_list("ssc", "argv", &items).expect("can be written");
    overrides.set("build", "debug", "true").expect("can be written");
    let config = load_over(
        "copyright = \"a;b\"\n[a.b]\nc = d\n[build]\ncopy = x y\n[webview]\nheaders[] = A: b",
        &overrides,
    );
    let again =
        Config::parse(&config.to_ini(), Path::new("socket.ini"), &Overrides::default()).expect("reads back");
    assert_eq!(*again, *config);
    assert_eq!(again.flat, config.flat);
    assert_eq!(again.to_ini(), config.to_ini());
    assert_eq!(again.env[2].1, "\"");
    assert_eq!(again.ssc.argv.len(), items.len());
    assert!(again.build.debug);
}

#[test]
fn values_of_several_lines_are_refused() {
    let mut overrides = Overrides::default();
    assert_eq!(overrides.set("env", "A", "a\nb").expect_err("refused").code, "ERR_CONFIG_VALUE");
    assert_eq!(overrides.set("env", "A=B", "a").expect_err("refused").code, "ERR_CONFIG_VALUE");
}

#[test]
fn rc_files() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let place = |name: &str, text: &str| {
        let folder = scratch.path().join(name);
        std::fs::create_dir_all(&folder).expect("created");
        std::fs::write(folder.join(".sscrc"), text).expect("written");
        folder
    };
    let search = Search {
        home: Some(place(
            "home",
            "[build]\nplatform = ios\nport = 1\n[settings.build]\ncopy[] = x\ncopy[] = y\n[env]\nA = 1",
        )),
        current: Some(place(
            "current",
            "[build]\nport = 2\nonly = true\n[settings.meta]\ntitle = \"From ; rc\"",
        )),
        project: Some(place(
            "project",
            "[build]\n--host = h\n[settings.build]\ncopy[] = z\n[window]\nwidth = 3",
        )),
        ..Search::default()
    };
    let rc = Rc::load(&search).expect("loads");
    let options: Vec<_> = rc.options("build").into_iter().map(|option| (option.name, option.value)).collect();
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(
        options,
        [pair("platform", "ios"), pair("port", "2"), pair("only", "true"), pair("host", "h")]
    );
    assert_eq!(rc.env(), [pair("A", "1")]);
    assert!(rc.warnings[0].to_string().contains("[window] width has no effect here"), "{}", rc.warnings[0]);
    let config = load_over("[build]\ncopy[] = a\ncopy[] = b\n[meta]\ntitle = t", &rc.settings());
    assert_eq!((&config.build.copy[..], &*config.meta.title), (&["z".to_owned()][..], "From ; rc"));
    assert_eq!(config.flat["meta_title"], "From ; rc");
    assert!(config.warnings.is_empty(), "{:?}", config.warnings);

    let only = Search { only: Some(scratch.path().join("home/.sscrc")), ..search.clone() };
    assert_eq!(Rc::load(&only).expect("loads").options("build")[1].value, "1");
    let gone = Search { only: Some(scratch.path().join("gone")), ..search.clone() };
    assert_eq!(Rc::load(&gone).expect_err("not there").code, "ERR_CONFIG_NOT_FOUND");
    let same = Search { current: search.project.clone(), ..search };
    assert_eq!(Rc::load(&same).expect("loads").warnings.len(), 1, "one file is read once");
}

#[test]
fn env_files() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let path = scratch.path().join(".ssc.env");
    assert!(env_file(&path).expect("none is fine").is_empty());
    std::fs::write(&path, "# tools\nANDROID_HOME=/a b\nCXX=\"x\"").expect("written");
    let pairs = env_file(&path).expect("loads");
    assert_eq!(pairs, [("ANDROID_HOME".into(), "/a b".into()), ("CXX".into(), "x".into())]);
    std::fs::write(&path, "[x]").expect("written");
    assert_eq!(env_file(&path).expect_err("no sections").code, "ERR_CONFIG_SYNTAX");
}

#[test]
fn a_section_of_capabilities_counts_even_when_it_is_empty() {
    assert_eq!(load("").capabilities(), None);
    assert_eq!(load("[capabilities]\n").capabilities(), Some(Default::default()));
    assert_eq!(load("[capabilities]\nraed = $APP/**\n").capabilities(), Some(Default::default()));
    let given = load("[capabilities]\nread[] = $APP/**\nread[] = $TMP/a b/**\ncommands[] = git log ...\n");
    let lists = given.capabilities().expect("narrowed");
    assert_eq!(lists.read, ["$APP/**", "$TMP/a b/**"]);
    assert_eq!(lists.commands, ["git log ..."]);
    // What the app reads is what was built, also where nothing is listed.
    for config in [load("[capabilities]\n"), given] {
        let again =
            Config::parse(&config.to_ini(), "socket.ini".as_ref(), &Overrides::default()).expect("valid");
        assert_eq!(again.capabilities(), config.capabilities());
    }
}

//! What a user sees of a bad file: where, what, and the fix.

use std::path::Path;

use socket_config::{Config, Overrides, Problem};

const APP: &str = "[build]\nname = app\n[meta]\nbundle_identifier = com.example.app\n";

#[track_caller]
fn error(text: &str) -> Problem {
    Config::parse(text, Path::new("socket.ini"), &Overrides::default()).expect_err("must not load")
}

/// Checks the place and the words of the error that one line after a good start makes.
#[track_caller]
fn check(lines: &str, code: &str, shown: &str, hint: &str) {
    let error = error(&format!("{APP}{lines}"));
    assert_eq!((error.code, &*error.to_string()), (code, shown));
    let given = error.hint.unwrap_or_default();
    assert!(given.contains(hint), "{given}");
}

#[test]
fn values_that_do_not_fit() {
    let value = "ERR_CONFIG_VALUE";
    check("version = 1.2", value, "socket.ini:5:11: [meta] version: `1.2` is not a version", "as in 1.0.0");
    check(
        "[window]\nwidth = 3em",
        value,
        "socket.ini:6:9: [window] width: `3em` is not a size",
        "800, 800px or 50%",
    );
    check("[window]\nwidth = -3", value, "socket.ini:6:9: [window] width: `-3` is not a size", "50%");
    check("[window]\nwidth = inf", value, "socket.ini:6:9: [window] width: `inf` is not a size", "50%");
    check(
        "file_limit = many",
        value,
        "socket.ini:5:14: [meta] file_limit: `many` is not a whole number",
        "digits",
    );
    check(
        "[webview]\nwatch = \"yes\"",
        value,
        "socket.ini:6:9: [webview] watch: `yes` is neither true nor false",
        "true or false",
    );
    check(
        "[webview]\nheaders[] = x",
        value,
        "socket.ini:6:13: [webview] headers: `x` is not a header",
        "Name: value",
    );
    check(
        "application_protocol = http",
        value,
        "socket.ini:5:24: [meta] application_protocol: the scheme `http` already has a meaning",
        "of your own",
    );
}

#[test]
fn names() {
    let error = error("[build]\nname = my app\n[meta]\nbundle_identifier = com.example.app");
    assert_eq!(error.to_string(), "socket.ini:2:8: [build] name: `my app` contains ` `");
    assert!(error.hint.is_some_and(|hint| hint.contains("[meta] title")));
}

#[test]
fn missing_keys_name_their_section() {
    let missing = error("; nothing\n[meta]\nbundle_identifier = com.example.app");
    assert_eq!(
        (missing.code, &*missing.to_string()),
        ("ERR_CONFIG_MISSING", "socket.ini: [build] name is missing")
    );
    let missing = error("[build]\nname = app\n[meta]\nversion = 1.0.0");
    assert_eq!(missing.to_string(), "socket.ini:3:1: [meta] bundle_identifier is missing");
    assert!(missing.hint.is_some_and(|hint| hint.contains("com.example.app")));
    let wrong = error("[build]\nname = app\n[meta]\nbundle_identifier = app");
    assert_eq!(
        wrong.to_string(),
        "socket.ini:4:21: [meta] bundle_identifier: `app` is not a bundle identifier"
    );
}

#[test]
fn lines_outside_the_dialect() {
    let syntax = "ERR_CONFIG_SYNTAX";
    check("hello", syntax, "socket.ini:5:1: `hello` is neither a section nor `key = value`", "`;`");
    check("  = x", syntax, "socket.ini:5:3: there is no key before `=`", "key = value");
    check("[open", syntax, "socket.ini:5:1: the section `[open` has no `]`", "close it");
    check("[a] b = c", syntax, "socket.ini:5:1: `b = c` follows the section `[a]`", "line of its own");
    check("title = \"open", syntax, "socket.ini:5:9: the value `\"open` is not closed", "\"\"");
    assert_eq!(error("[.sub]").to_string(), "socket.ini:1:1: `[.sub]` extends no section");
}

#[test]
fn files_that_cannot_be_read() {
    let folder = tempfile::tempdir().expect("a scratch directory");
    let load = |name: &str| {
        Config::load(&folder.path().join(name), &Overrides::default()).expect_err("must not load")
    };
    assert_eq!(load("none.ini").code, "ERR_CONFIG_NOT_FOUND");
    assert_eq!(load("").code, "ERR_CONFIG_READ");
    std::fs::write(folder.path().join("bytes.ini"), b"[build]\nname = \xff").expect("written");
    let error = load("bytes.ini");
    assert_eq!((error.code, error.line, error.column), ("ERR_CONFIG_READ", 2, 8));
}

#[test]
fn warnings() {
    let load = |lines: &str| {
        let text = format!("{APP}{lines}");
        let config = Config::parse(&text, Path::new("socket.ini"), &Overrides::default()).expect("loads");
        let warning = config.warnings.into_iter().next().expect("a warning");
        (warning.code, warning.to_string(), warning.hint.unwrap_or_default())
    };
    let (code, text, hint) = load("[window]\nwidht = 3");
    assert_eq!((code, &*text), ("WARN_CONFIG_UNKNOWN", "socket.ini:6:1: [window] widht is not a known key"));
    assert_eq!(hint, "did you mean [window] width?");
    let (_, _, hint) = load("[windw]\nwidth = 3");
    assert_eq!(hint, "did you mean [window] width?");
    let (_, _, hint) = load("[shop]\ncolour = 3");
    assert_eq!(hint, "only pages see it, as application.config.shop_colour");
    let (code, text, _) = load("[build]\nscript_after = a\n[build.script]\nafter = b");
    assert_eq!(code, "WARN_CONFIG_COLLISION");
    assert!(text.contains("line 6") && text.contains("build_script_after"), "{text}");
    let (code, text, _) = load("title = a\ntitle = b");
    assert_eq!(
        (code, &*text),
        ("WARN_CONFIG_TWICE", "socket.ini:6:1: [meta] title is already set on line 5")
    );
    let (code, text, hint) = load("[build]\ncopy = src;dst=x");
    assert_eq!(
        (code, &*text),
        ("WARN_CONFIG_COMMENT", "socket.ini:6:8: [build] copy: everything from `;` on is a comment")
    );
    assert!(hint.contains("\"src;dst=x\""), "{hint}");
    let (code, _, hint) = load("[build]\nscript = \"a \"b\"; c\"");
    assert_eq!(
        (code, &*hint),
        (
            "WARN_CONFIG_COMMENT",
            "write quotes inside a quoted value twice to keep it: script = \"a \"\"b\"\"; c\""
        )
    );
}

#[test]
fn capabilities_that_mean_nothing_stop_the_build() {
    let value = "ERR_CONFIG_VALUE";
    check(
        "[capabilities]\nread[] = notes/**",
        value,
        "socket.ini:6:10: [capabilities] read: `notes/**`: it is a relative path",
        "$HOME/notes/**",
    );
    check(
        "[capabilities]\ntcp[] = a.b",
        value,
        "socket.ini:6:9: [capabilities] tcp: `a.b`: it has no port",
        "a.b:443".trim_start_matches("a.b"),
    );
}

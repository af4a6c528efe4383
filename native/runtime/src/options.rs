//! How the app was started: its own arguments, after those that `ssc build` left in socket.ini.

use std::path::{Path, PathBuf};

use socket_config::Config;

/// The switches that the runtime knows. Everything else belongs to the app and reaches it in `process.argv`.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Options {
    /// Pages render without being on a screen.
    pub(crate) headless: bool,
    /// A module to run once the page is there; the app ends with its result.
    pub(crate) test: Option<String>,
    /// Started with a word, or asked for help or its version: the backend alone answers.
    pub(crate) command: bool,
    /// Where a development server runs. Development builds only.
    pub(crate) server: Option<String>,
    /// Where the engine keeps what pages store, instead of the app's own place.
    pub(crate) storage: Option<PathBuf>,
    /// All arguments, the executable first.
    pub(crate) argv: Vec<String>,
}

impl Options {
    /// Reads what `ssc build` left, then what was typed.
    pub(crate) fn new(config: &Config, argv: Vec<String>) -> Options {
        let mut options = Options { headless: config.build.headless, ..Options::default() };
        let (mut host, mut port) = (None, None);
        let built = config.ssc.argv.iter().filter(|argument| {
            // A build is for a server; whether it runs headless or runs tests is said each time.
            argument.starts_with("--host=") || argument.starts_with("--port=")
        });
        options.command = argv.iter().skip(1).take_while(|argument| *argument != "--").any(|argument| {
            // What a desktop opens an app with is for its pages.
            let opened = argument.contains("://")
                || Path::new(argument).is_absolute()
                || is_link(argument, &config.meta.application_protocol);
            match argument.strip_prefix('-') {
                Some(_) => ["--help", "--version"].contains(&argument.as_str()),
                None => !argument.is_empty() && !opened,
            }
        });
        for argument in built.chain(argv.iter().skip(1)) {
            if argument == "--" {
                break;
            }
            let (name, value) = argument.split_once('=').unwrap_or((argument, ""));
            match name {
                "--headless" => options.headless = value != "false",
                "--test" => options.test = (!value.is_empty()).then(|| value.to_owned()),
                "--storage" => options.storage = (!value.is_empty()).then(|| value.into()),
                "--host" => host = (!value.is_empty()).then(|| value.to_owned()),
                "--port" => port = value.parse::<u16>().ok().filter(|port| *port != 0),
                _ => {}
            }
        }
        if config.build.debug && (host.is_some() || port.is_some()) {
            options.server = Some(address(host.as_deref().unwrap_or("localhost"), port));
        }
        options.argv = argv;
        options
    }
}

/// Whether a word is an address of a scheme.
pub(crate) fn is_link(word: &str, scheme: &str) -> bool {
    word.split_once(':').is_some_and(|(own, _)| own.eq_ignore_ascii_case(scheme))
}

/// `localhost`, 8000 → `http://localhost:8000`.
fn address(host: &str, port: Option<u16>) -> String {
    let host = host.trim_end_matches('/');
    let base = if host.contains("://") { host.to_owned() } else { format!("http://{host}") };
    match port {
        Some(port) => format!("{base}:{port}"),
        None => base,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(ini: &str, argv: &[&str]) -> Options {
        let text = format!("[build]\nname = a\n{ini}\n[meta]\nbundle_identifier = com.a\n");
        let config = Config::parse(&text, "socket.ini".as_ref(), &Default::default()).expect("valid");
        let argv = std::iter::once("app").chain(argv.iter().copied()).map(str::to_owned).collect();
        Options::new(&config, argv)
    }

    #[test]
    fn what_is_typed_wins() {
        let ini = "debug = true\n[ssc]\nargv[] = --port=8000\nargv[] = --headless";
        assert_eq!(options(ini, &[]).server.as_deref(), Some("http://localhost:8000"));
        assert!(!options(ini, &[]).headless, "said when it is run, not when it is built");
        let typed = options(ini, &["--port=0", "--headless"]);
        assert_eq!((typed.server, typed.headless), (None, true));
        let typed = options(ini, &["--host=https://192.168.0.2/", "--port=81"]);
        assert_eq!(typed.server.as_deref(), Some("https://192.168.0.2:81"));
    }

    #[test]
    fn a_word_is_a_command() {
        for words in [&["add"][..], &["--headless", "add", "--x"], &["--help"], &["--version"]] {
            assert!(options("", words).command, "{words:?}");
        }
        let other =
            ["--headless", "-x", "--test=/a.js", "my-app://open/x", "com-a:x", "/home/me/file.txt", ""];
        assert!(!options("", &other).command);
        assert!(!options("", &["--", "add", "--help"]).command);
    }

    #[test]
    fn storage_is_where_it_is_told() {
        assert_eq!(options("", &["--headless", "--storage=/a b"]).storage, Some("/a b".into()));
        assert_eq!(options("", &["--storage="]).storage, None);
    }

    #[test]
    fn production_builds_load_no_server() {
        assert_eq!(options("debug = false", &["--port=8000"]).server, None);
    }

    #[test]
    fn what_follows_two_dashes_is_the_apps() {
        assert_eq!(options("", &["--", "--test=/x.js"]).test, None);
        assert_eq!(options("", &["--test=/x.js"]).test.as_deref(), Some("/x.js"));
    }
}

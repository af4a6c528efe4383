//! Whether there is what a command names, as far as that can be said without running it.

use std::path::Path;

/// What shells do themselves.
#[cfg(unix)]
const BUILTIN: &[&str] = &[
    ".", ":", "!", "[", "alias", "break", "case", "cd", "command", "continue", "echo", "eval", "exec",
    "exit", "export", "false", "for", "if", "printf", "read", "readonly", "return", "set", "shift", "test",
    "times", "trap", "true", "type", "ulimit", "umask", "unset", "until", "wait", "while",
];

/// The program that a shell line begins with, if that is certain.
#[cfg(unix)]
fn program(line: &str) -> Option<String> {
    let mut rest = line.trim_start();
    loop {
        let (word, after) = word(rest)?;
        let assignment = word.split_once('=').is_some_and(|(name, _)| {
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        });
        if !assignment {
            return (!word.is_empty() && !BUILTIN.contains(&&*word)).then_some(word);
        }
        rest = after.trim_start();
    }
}

/// Whether a line is one program with its arguments: then the shell need not stay.
#[cfg(unix)]
pub(super) fn is_simple(line: &str) -> bool {
    let Some((first, mut rest)) = word(line.trim()) else { return false };
    if first.is_empty() || first.contains('=') || BUILTIN.contains(&&*first) {
        return false;
    }
    while !rest.is_empty() {
        match word(rest.trim_start()) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    true
}

/// The first word and what is behind it; nothing when only a shell knows.
#[cfg(unix)]
fn word(line: &str) -> Option<(String, &str)> {
    let (mut word, mut quote) = (String::new(), None);
    let mut chars = line.char_indices();
    while let Some((at, char)) = chars.next() {
        match (quote, char) {
            (Some(open), _) if char == open => quote = None,
            (Some('\''), _) => word.push(char),
            (None, '"' | '\'') => quote = Some(char),
            (_, '$' | '`') => return None,
            (_, '\\') => word.push(chars.next()?.1),
            (Some(_), _) => word.push(char),
            (None, '~' | '*' | '?' | '[' | '{' | '(' | '#' | '<' | '>' | '|' | '&' | ';' | ')') => {
                return None;
            }
            (None, '\n') => return None,
            (None, _) if char.is_whitespace() => return Some((word, &line[at..])),
            (None, _) => word.push(char),
        }
    }
    quote.is_none().then_some((word, ""))
}

/// The program that is missing.
#[cfg(unix)]
pub(super) fn missing(line: &str, directory: &Path) -> Option<String> {
    use std::os::unix::fs::PermissionsExt;
    let program = program(line)?;
    let runs = |path: &Path| {
        path.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
    };
    let found = if program.contains('/') {
        runs(&directory.join(&program))
    } else {
        // Without one the shell has a default of its own.
        let path = std::env::var_os("PATH")?;
        std::env::split_paths(&path).any(|folder| runs(&directory.join(folder).join(&program)))
    };
    (!found).then_some(program)
}

/// The shell of Windows has too many rules of its own.
#[cfg(windows)]
pub(super) fn missing(_line: &str, _directory: &Path) -> Option<String> {
    None
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn the_program_is_the_first_word() {
        let check =
            |line: &str, expected: Option<&str>| assert_eq!(program(line).as_deref(), expected, "{line}");
        check("node backend.js", Some("node"));
        check("  A=1 B='x y' node", Some("node"));
        check("'my server' --x", Some("my server"));
        check("\"./é b\" --x", Some("./é b"));
        check("a\\ b c", Some("a b"));
        for line in
            ["$NODE x", "cd x && node y", "(node)", "\"$HOME/x\"", "", "~/x", "exec node", "'open", "a;b"]
        {
            check(line, None);
        }
    }

    #[test]
    fn simple_lines_are_one_program() {
        for line in ["node backend.js", "'my server' \"a b\" c\\ d ", "x"] {
            assert!(is_simple(line), "{line}");
        }
        for line in ["", "cd x", "A=1 node", "node x; y", "node x &", "node $X", "node x > y", "a\nb"] {
            assert!(!is_simple(line), "{line}");
        }
    }

    #[test]
    fn what_is_missing_is_named() {
        let here = std::env::temp_dir();
        assert_eq!(missing("sh -c true", &here), None);
        assert_eq!(missing("/bin/sh -c true", &here), None);
        assert_eq!(missing("no-such-program x", &here).as_deref(), Some("no-such-program"));
        assert_eq!(missing("./no-such-program", &here).as_deref(), Some("./no-such-program"));
        assert_eq!(missing("/tmp x", &here).as_deref(), Some("/tmp"), "a directory does not run");
    }
}

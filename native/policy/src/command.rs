//! Programs and their arguments: `git log *`.

use crate::capability::Wrong;

/// One entry of `commands[]`.
#[derive(Clone, Debug)]
pub(crate) struct CommandPattern {
    file: String,
    args: Vec<String>,
    /// `...` at the end: any further arguments.
    more: bool,
}

impl CommandPattern {
    /// Words with spaces between them; single quotes keep spaces in one.
    pub(crate) fn parse(text: &str) -> Result<CommandPattern, Wrong> {
        let wrong = |what: &str, fix: &str| Wrong::new(text, what, fix);
        let mut words = Vec::new();
        let mut word: Option<String> = None;
        let mut quoted = false;
        for char in text.chars() {
            match char {
                '\'' => {
                    quoted = !quoted;
                    word.get_or_insert_default();
                }
                char if char.is_whitespace() && !quoted => words.extend(word.take()),
                char => word.get_or_insert_default().push(char),
            }
        }
        words.extend(word);
        if quoted {
            return Err(wrong("a quote has no end", "close it with '"));
        }
        let mut words = words.into_iter();
        let file = words.next().filter(|file| !file.is_empty());
        let file = file.ok_or_else(|| {
            wrong("it names no program", "write a program and its arguments, as in git log *")
        })?;
        if file.contains('*') {
            let fix = "name the program; only its arguments may be `*`";
            return Err(wrong("any program would be allowed", fix));
        }
        let mut args: Vec<String> = words.collect();
        let more = args.last().is_some_and(|last| last == "...");
        if more {
            args.pop();
        }
        if args.iter().any(|arg| arg == "...") {
            return Err(wrong("`...` stands before other arguments", "write it at the end"));
        }
        Ok(CommandPattern { file, args, more })
    }

    pub(crate) fn matches(&self, file: &str, args: &[String]) -> bool {
        self.file == file
            && args.len() >= self.args.len()
            && (self.more || args.len() == self.args.len())
            && self.args.iter().zip(args).all(|(pattern, arg)| fits(pattern, arg))
    }
}

/// A star stands for any text.
fn fits(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

/// Whether a variable makes the system load other code into a program, or find another program under its name.
pub(crate) fn is_loader_variable(name: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    upper == "PATH" || upper == "PATHEXT" || upper.starts_with("LD_") || upper.starts_with("DYLD_")
}

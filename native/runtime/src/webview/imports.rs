//! Where a script imports: the specifiers of its `import` and `export … from`, and its calls of `import()`.
//!
//! A lexer and no parser: it knows comments, strings, templates and regular expressions well enough not to be misled by
//! what stands in them, and gives up on a text whose ends do not meet. What it finds is replaced in place, so that
//! lines stay.

use std::ops::Range;

/// Something that a script imports.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Import {
    /// The text between the quotes of a specifier. Those with escapes are left out.
    Static(Range<usize>),
    /// The word `import` of a call.
    Dynamic(Range<usize>),
}

/// What a script imports, in its order; nothing for a text that is no script.
pub(super) fn find(source: &str) -> Vec<Import> {
    read(source).imports
}

/// What there is to know of a module.
#[derive(Debug, Default)]
pub(super) struct Module {
    /// What it imports, in its order.
    pub(super) imports: Vec<Import>,
    /// Its import declarations, from the word to the end of what belongs to them.
    pub(super) declarations: Vec<Range<usize>>,
    /// Whether it exports something.
    pub(super) exports: bool,
    /// Whether it may wait while it is loaded: an `await` stands in no function's body.
    pub(super) waits: bool,
    /// Whether the text could be read to its end.
    pub(super) whole: bool,
}

/// Reads a module; nothing is known of a text that is none.
pub(super) fn read(source: &str) -> Module {
    let mut lexer = Lexer {
        text: source.as_bytes(),
        at: 0,
        last: Last::Statement,
        call: None,
        open: Vec::new(),
        found: Vec::new(),
        module: Module::default(),
    };
    match lexer.run() {
        Some(()) if lexer.open.is_empty() => {
            Module { imports: lexer.found.into_iter().flatten().collect(), whole: true, ..lexer.module }
        }
        _ => Module::default(),
    }
}

/// What the last token was, as far as it tells a regular expression from a division, and a property from a keyword.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Last {
    /// An operator, an opening bracket, or the start of the script: a value follows.
    Operator,
    /// `;`, `{` or `}` of a block, `)` of a condition, `else` …: a statement follows.
    Statement,
    /// A name, a literal, a closing bracket: an operator follows.
    Value,
    /// `.` or `?.`: the next word is a property.
    Dot,
    /// `if`, `while`, `for`, `with`: what stands in the parentheses that follow is no value.
    Condition,
    /// `class`, until its body.
    Class,
    /// `=>`
    Arrow,
}

#[derive(Clone, Copy, Debug)]
enum Open {
    /// `(`, whether a statement follows its end, and which import it calls.
    Paren(bool, Option<usize>),
    Bracket,
    /// `{`, and what is in it.
    Brace(Brace),
    /// `${`
    Template,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Brace {
    Object,
    Block,
    /// Of a function, or of a class.
    Body,
}

struct Lexer<'a> {
    text: &'a [u8],
    at: usize,
    last: Last,
    /// The import that the next `(` calls.
    call: Option<usize>,
    open: Vec<Open>,
    /// What turns out to be none is taken out.
    found: Vec<Option<Import>>,
    module: Module,
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'\\' | 0x80..)
}

impl Lexer<'_> {
    fn peek(&self, ahead: usize) -> u8 {
        self.text.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn run(&mut self) -> Option<()> {
        if self.text.starts_with(b"#!") {
            self.line();
        }
        loop {
            self.space()?;
            if self.at >= self.text.len() {
                return Some(());
            }
            self.token()?;
        }
    }

    /// Past white space and comments.
    fn space(&mut self) -> Option<()> {
        loop {
            match (self.peek(0), self.peek(1)) {
                (b'/', b'/') => self.line(),
                (b'/', b'*') => self.at += 4 + find_bytes(&self.text[self.at + 2..], b"*/")?,
                (b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c, _) => self.at += 1,
                // A mark of byte order and spaces that are not of ASCII.
                (0xef, 0xbb) if self.peek(2) == 0xbf => self.at += 3,
                (0xc2, 0xa0) => self.at += 2,
                (0xe2, 0x80) if matches!(self.peek(2), 0xa8 | 0xa9) => self.at += 3,
                _ => return Some(()),
            }
        }
    }

    fn line(&mut self) {
        let rest = &self.text[self.at..];
        let end = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(rest.len());
        self.at += end;
    }

    fn token(&mut self) -> Option<()> {
        let byte = self.peek(0);
        match byte {
            b'"' | b'\'' => {
                self.string()?;
                self.last = Last::Value;
            }
            b'`' => {
                self.at += 1;
                self.template()?;
            }
            b'/' if self.last == Last::Value => self.operator(),
            b'/' => {
                self.regex()?;
                self.last = Last::Value;
            }
            b'(' => {
                self.open.push(Open::Paren(self.last == Last::Condition, self.call.take()));
                self.step(Last::Operator);
            }
            b'[' => {
                self.open.push(Open::Bracket);
                self.step(Last::Operator);
            }
            b'{' => {
                self.open.push(Open::Brace(match self.last {
                    Last::Operator => Brace::Object,
                    // `) {` that is no condition's, `=> {` and `class A {`.
                    Last::Value | Last::Arrow | Last::Class => Brace::Body,
                    _ => Brace::Block,
                }));
                self.step(Last::Statement);
            }
            b')' => {
                let Some(Open::Paren(condition, call)) = self.open.pop() else { return None };
                self.step(if condition { Last::Statement } else { Last::Value });
                if let Some(call) = call
                    && self.is_method()
                {
                    self.found[call] = None;
                }
            }
            b']' => {
                let Some(Open::Bracket) = self.open.pop() else { return None };
                self.step(Last::Value);
            }
            b'}' => match self.open.pop()? {
                Open::Brace(Brace::Object) => self.step(Last::Value),
                Open::Brace(_) => self.step(Last::Statement),
                Open::Template => {
                    self.at += 1;
                    self.template()?;
                }
                _ => return None,
            },
            b';' => self.step(Last::Statement),
            b'=' if self.peek(1) == b'>' => {
                self.at += 2;
                self.last = Last::Arrow;
            }
            b'.' if self.peek(1).is_ascii_digit() => self.number(),
            b'.' if self.peek(1) == b'.' => {
                self.at += 3;
                self.last = Last::Operator;
            }
            b'.' => self.step(Last::Dot),
            b'?' if self.peek(1) == b'.' && !self.peek(2).is_ascii_digit() => {
                self.at += 2;
                self.last = Last::Dot;
            }
            // `a++ / b`; before a value it does not matter.
            b'+' | b'-' if self.peek(1) == byte => self.at += 2,
            b'0'..=b'9' => self.number(),
            b'#' | b'@' => self.at += 1,
            _ if is_word(byte) => self.word()?,
            _ => self.operator(),
        }
        Some(())
    }

    fn step(&mut self, last: Last) {
        self.at += 1;
        self.last = last;
    }

    fn operator(&mut self) {
        self.step(Last::Operator);
    }

    /// Past a string; the text between its quotes.
    fn string(&mut self) -> Option<Range<usize>> {
        let quote = self.peek(0);
        let start = self.at + 1;
        self.at = start;
        loop {
            match *self.text.get(self.at)? {
                b'\\' => self.at += 2,
                b'\n' | b'\r' => return None,
                byte => {
                    self.at += 1;
                    if byte == quote {
                        return Some(start..self.at - 1);
                    }
                }
            }
        }
    }

    /// Past the text of a template, to its end or to a value in it.
    fn template(&mut self) -> Option<()> {
        loop {
            match *self.text.get(self.at)? {
                b'\\' => self.at += 2,
                b'`' => {
                    self.step(Last::Value);
                    return Some(());
                }
                b'$' if self.peek(1) == b'{' => {
                    self.open.push(Open::Template);
                    self.at += 2;
                    self.last = Last::Operator;
                    return Some(());
                }
                _ => self.at += 1,
            }
        }
    }

    fn regex(&mut self) -> Option<()> {
        self.at += 1;
        let mut class = false;
        loop {
            match *self.text.get(self.at)? {
                b'\\' => self.at += 1,
                b'\n' | b'\r' => return None,
                b'[' => class = true,
                b']' => class = false,
                b'/' if !class => break,
                _ => {}
            }
            self.at += 1;
        }
        self.at += 1;
        while is_word(self.peek(0)) {
            self.at += 1;
        }
        Some(())
    }

    fn number(&mut self) {
        // `1e-5` ends at its sign: what follows is a number again.
        while is_word(self.peek(0)) || (self.peek(0) == b'.' && is_word(self.peek(1))) {
            self.at += 1;
        }
        if self.peek(0) == b'.' {
            self.at += 1;
        }
        self.last = Last::Value;
    }

    fn word_text(&mut self) -> &[u8] {
        let start = self.at;
        while is_word(self.peek(0)) {
            self.at += 1;
        }
        &self.text[start..self.at]
    }

    fn word(&mut self) -> Option<()> {
        let (start, before) = (self.at, self.last);
        let text = self.text;
        self.word_text();
        let word = &text[start..self.at];
        if before == Last::Dot {
            self.last = Last::Value;
            return Some(());
        }
        self.last = match word {
            b"if" | b"while" | b"for" | b"with" | b"switch" | b"catch" => Last::Condition,
            b"await" => {
                let inside = |open: &Open| matches!(open, Open::Brace(Brace::Body));
                self.module.waits |= !self.open.iter().any(inside);
                // `for await (`
                if before == Last::Condition { Last::Condition } else { Last::Operator }
            }
            b"else" | b"do" | b"try" | b"finally" | b"static" => Last::Statement,
            b"class" => Last::Class,
            b"return" | b"typeof" | b"instanceof" | b"in" | b"new" | b"delete" | b"void" | b"throw"
            | b"case" | b"const" | b"let" | b"var" | b"yield" | b"extends" | b"default" => Last::Operator,
            // In a loop it stands after a name.
            b"of" if before == Last::Value => Last::Operator,
            b"import" => return self.import(start),
            b"export" if self.open.is_empty() => return self.export(),
            _ if before == Last::Class => Last::Class,
            _ => Last::Value,
        };
        Some(())
    }

    fn import(&mut self, start: usize) -> Option<()> {
        let word = start..self.at;
        self.last = Last::Value;
        self.space()?;
        match self.peek(0) {
            b'(' => {
                self.call = Some(self.found.len());
                self.found.push(Some(Import::Dynamic(word)));
            }
            b'.' | b':' | b',' | b'}' | b'=' => {}
            _ if self.open.is_empty() => {
                self.clause()?;
                self.attributes()?;
                self.module.declarations.push(start..self.at);
            }
            _ => {}
        }
        Some(())
    }

    /// Past `with { type: 'json' }` behind a specifier, and a semicolon.
    fn attributes(&mut self) -> Option<()> {
        let end = self.at;
        self.last = Last::Statement;
        self.space()?;
        if self.text[self.at..].starts_with(b"with") && !is_word(self.peek(4)) {
            self.at += 4;
            self.space()?;
            if self.peek(0) != b'{' {
                return None;
            }
            let depth = self.open.len();
            loop {
                self.token()?;
                self.space()?;
                if self.open.len() == depth {
                    break;
                }
            }
            if self.peek(0) == b';' {
                self.at += 1;
            }
        } else if self.peek(0) == b';' {
            self.at += 1;
        } else {
            self.at = end;
        }
        self.last = Last::Statement;
        Some(())
    }

    /// Behind `import(…)`: whether it was the name of a method, which its body follows on the same line.
    fn is_method(&self) -> bool {
        let rest = &self.text[self.at..];
        rest.iter().find(|byte| !matches!(byte, b' ' | b'\t')) == Some(&b'{')
    }

    fn export(&mut self) -> Option<()> {
        self.module.exports = true;
        self.last = Last::Statement;
        self.space()?;
        match self.peek(0) {
            b'*' | b'{' => self.clause(),
            _ => Some(()),
        }
    }

    /// What stands between `import` or `export` and the specifier, and the specifier.
    fn clause(&mut self) -> Option<()> {
        loop {
            self.space()?;
            match self.peek(0) {
                b'"' | b'\'' => {
                    let range = self.string()?;
                    if !self.text[range.clone()].contains(&b'\\') {
                        self.found.push(Some(Import::Static(range)));
                    }
                    self.last = Last::Value;
                    return Some(());
                }
                b'*' | b',' => self.at += 1,
                b'{' => {
                    self.at += 1;
                    loop {
                        self.space()?;
                        match self.peek(0) {
                            b'}' => break self.at += 1,
                            b'"' | b'\'' => _ = self.string()?,
                            b',' => self.at += 1,
                            byte if is_word(byte) => _ = self.word_text(),
                            _ => return None,
                        }
                    }
                    // `export { a }` may be all.
                    self.space()?;
                    if !self.text[self.at..].starts_with(b"from") {
                        self.last = Last::Statement;
                        return Some(());
                    }
                }
                byte if is_word(byte) => _ = self.word_text(),
                _ => {
                    self.last = Last::Value;
                    return Some(());
                }
            }
        }
    }
}

fn find_bytes(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `s:` specifiers and `d:` what follows a call.
    fn found(source: &str) -> Vec<String> {
        let text = |import: Import| match import {
            Import::Static(range) => format!("s:{}", &source[range]),
            Import::Dynamic(range) => {
                assert_eq!(&source[range.clone()], "import");
                format!("d:{}", source[range.end..].chars().take(6).collect::<String>())
            }
        };
        find(source).into_iter().map(text).collect()
    }

    #[test]
    fn every_form_of_import_is_found() {
        let source = r#"#!/usr/bin/env node
            import 'a'; import b from "b"; import * as c from 'c'; import d, { e as f, "string name" as g } from 'd'
            import{h}from"h";import i,*as j from'i'; import data from './x.json' with { type: 'json' }
            export * from 'k'; export * as l from "l"; export { m, n as "o p" } from 'm'; export { q }
            export default class {} export const r = import('r'); const s = await import ( /* c */ `s`)
            import from from 'from'; import defer from 'u'"#;
        let specifiers =
            ["a", "b", "c", "d", "h", "i", "./x.json", "k", "l", "m"].map(|name| format!("s:{name}"));
        let expected =
            [&specifiers[..], &["d:('r');", "d: ( /* ", "s:from", "s:u"].map(str::to_owned)[..]].concat();
        assert_eq!(found(source), expected);
    }

    #[test]
    fn declarations_and_waiting_are_known() {
        let source = "import a from 'a'; import b from './b' with { type: 'json' };import'c'\nimport * as d from 'd'\n/x/.test(y)";
        let module = read(source);
        let declarations: Vec<_> = module.declarations.into_iter().map(|range| &source[range]).collect();
        assert_eq!(
            declarations,
            [
                "import a from 'a';",
                "import b from './b' with { type: 'json' };",
                "import'c'",
                "import * as d from 'd'"
            ]
        );
        assert!(!module.exports && !module.waits && module.whole);
        assert!(
            read("export { a }").exports
                && read("export default 1").exports
                && read("export * from 'a'").exports
        );
        assert!(!read("a.export = 1; x = { export: 1 }").exports);
        for source in [
            "await 1",
            "if (x) { await y }",
            "for await (const a of b) {}",
            "try { f() } catch (e) { await 1 }",
            "x = [await 1]",
            "const { a = await b } = {}",
            "switch (a) { case 1: await b }",
            "f(async () => {}, await x)",
        ] {
            assert!(read(source).waits, "{source}");
        }
        for source in [
            "a.await; 'await'",
            "async function f () { await 1 }",
            "x = async () => { await 1 }",
            "class A { async f () { if (a) { await 1 } } }",
            "x = { async f () { await 1 } }",
        ] {
            assert!(!read(source).waits, "{source}");
        }
    }

    #[test]
    fn what_only_looks_like_one_is_not() {
        for source in [
            "// import 'a'\n/* import 'b' */",
            "'import \"a\"'; \"import('b')\"",
            "`import 'a' ${ `${'x'}` } import('b')`",
            "x = /import('a')/; y = /[/]import('b')/g",
            "if (a) /import('a')/.test(b)",
            "a.import('a'); a?.import('b'); a. /* c */ import('d')",
            "class A { import(a) { return a } static import() {} async import (b) { } }",
            "({ import: 1, import(a) { } })",
            "import.meta.url; import . meta",
            "const x = a / import_ / b; exports.import = 1; $import('x'); import$('y')",
            "function f() { }\n/import('a')/.exec(x)",
            "return /import('a')/",
            "{ a: 1 }\n/import('a')/",
            "x => { } \n /import('a')/",
            "class A extends B {}\n/import('a')/",
        ] {
            assert_eq!(found(source), [] as [&str; 0], "{source}");
        }
    }

    #[test]
    fn divisions_are_no_regular_expressions() {
        for source in [
            "x = a / b; import('y') / c",
            "x = (a) / b; import('y') / 2",
            "x = a[0] / b; import('y') // /",
            "x++ / 2; import('y') / 1",
            "x = 1 / 2; y = .5 / 3; z = 1. / 4; import('y') / 1",
            "x = 'a' / 2; import('y') / 1",
            "x = `a` / 2; import('y') / 1",
            "x = {} / 2; import('y') / 1",
            "x.return / 2; import('y') / 1",
            "for (const a of /b/g.exec(c)) import('y') / 2",
            "`${ a / 2 }`; import('y') / `${ {a: 1}.a / 2 }`",
        ] {
            assert_eq!(found(source), ["d:('y') "], "{source}");
        }
    }

    #[test]
    fn a_text_that_is_broken_is_left_alone() {
        for source in [
            "import 'a'; }",
            "import 'a'; (",
            "import 'a'; `",
            "import 'a'; 'x",
            "import 'a'; /* ",
            "import 'a",
        ] {
            assert_eq!(found(source), [] as [&str; 0], "{source}");
        }
        assert_eq!(found(r"import 'a\x2e'; import 'b'"), ["s:b"], "escapes are left out");
    }

    #[test]
    fn no_bytes_are_too_much() {
        let pieces = [
            "import", "(", ")", "{", "}", "'", "\"", "`", "${", "/", "\\", "\n", " ", "from", "é", "export",
            "*", ".",
        ];
        let mut seed = 7u32;
        for _ in 0..20_000 {
            let mut text = String::new();
            for _ in 0..12 {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                text.push_str(pieces[(seed >> 16) as usize % pieces.len()]);
            }
            for import in find(&text) {
                let (Import::Static(range) | Import::Dynamic(range)) = import;
                assert!(text.get(range).is_some(), "{text:?}");
            }
        }
    }
}

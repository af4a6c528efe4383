//! The contract as TypeScript, from the tables that dispatch.

use std::any::TypeId;
use std::collections::{BTreeMap, HashSet};
use std::fmt::Write;

use ts_rs::{Config, TS, TypeVisitor};

use crate::Module;

/// Declarations that signatures refer to, by name.
#[derive(Debug, Default)]
pub struct Types {
    declarations: BTreeMap<String, String>,
    /// A type may hold others of its own kind.
    seen: HashSet<TypeId>,
}

/// 64-bit integers cross as JSON numbers: no route may send one above 2^53.
fn config() -> Config {
    Config::new().with_large_int("number")
}

impl Types {
    pub(crate) fn name<T: TS + 'static>(&mut self, body: bool) -> String {
        self.visit::<T>();
        let name = T::name(&config());
        if body { format!("WithBody<{name}>") } else { name }
    }
}

impl TypeVisitor for Types {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        if !self.seen.insert(TypeId::of::<T>()) {
            return;
        }
        // Only types with a file of their own have a declaration; numbers and strings do not.
        if T::output_path().is_some() {
            let config = config();
            let (name, declaration) = (T::ident(&config), T::decl(&config));
            match self.declarations.get(&name) {
                Some(other) if *other == declaration => return,
                Some(_) => panic!("two different types of a module are named {name}: rename one"),
                None => drop(self.declarations.insert(name, declaration)),
            }
        }
        T::visit_dependencies(self);
        T::visit_generics(self);
    }
}

/// Writes `routes.d.ts`: a namespace of types for each module, and `Routes` and `Events` over all of them.
pub fn contract<C>(modules: impl IntoIterator<Item = Module<C>>) -> String {
    let mut text = String::from(
        "// Made from the route tables in native/api by its contract test: `cargo test -p socket-api`. Do not edit.\n\n\
         /** A head with bytes beside it. */\nexport type WithBody<T> = (T extends null ? object : T) & { body: Uint8Array }\n",
    );
    let (mut routes, mut events) = (Vec::new(), Vec::new());
    for module in modules {
        let mut types = Types::default();
        let Some(name) = module.routes.first().and_then(|route| route.name.split('.').next()) else {
            continue;
        };
        let mut route_lines = String::new();
        for route in &module.routes {
            let (request, response) = (route.signature)(&mut types);
            let line = format!("    '{}': {{ request: {request}, response: {response} }}\n", route.name);
            route_lines += &(jsdoc(route.doc) + &line);
        }
        let mut event_lines = String::new();
        for event in &module.events {
            let payload = (event.signature)(&mut types);
            event_lines += &format!("{}    '{}': {payload}\n", jsdoc(event.doc), event.name);
        }
        // Writing to a String cannot fail.
        let _ = writeln!(text, "\nexport namespace {name} {{");
        for declaration in types.declarations.values() {
            let _ = writeln!(text, "  export {}", tidy(declaration));
        }
        let _ = writeln!(text, "  export interface Routes {{\n{route_lines}  }}");
        routes.push(format!("{name}.Routes"));
        if !event_lines.is_empty() {
            let _ = writeln!(text, "  export interface Events {{\n{event_lines}  }}");
            events.push(format!("{name}.Events"));
        }
        text.push_str("}\n");
    }
    let extends = |names: &[String]| {
        if names.is_empty() { String::new() } else { format!(" extends {}", names.join(", ")) }
    };
    let _ = write!(
        text,
        "\nexport interface Routes{} {{}}\n\nexport interface Events{} {{}}\n",
        extends(&routes),
        extends(&events)
    );
    text
}

/// A declaration on few lines: its comments as `/** … */` on one line each, fields indented.
fn tidy(declaration: &str) -> String {
    let mut text = String::new();
    for line in declaration.trim_end_matches(';').lines().map(str::trim) {
        match line {
            "/**" => text.push_str("/** "),
            "*/" => text.push_str("*/\n    "),
            _ if line.starts_with("* ") => {
                text.push_str(&line[2..]);
                text.push(' ');
            }
            _ => {
                text.push_str(line.trim_end_matches(", }"));
                text.push_str(if line.ends_with(", }") { "\n  }" } else { "\n    " });
            }
        }
    }
    text.trim_end().to_owned()
}

fn jsdoc(doc: &str) -> String {
    let lines: Vec<_> = doc.lines().map(str::trim).collect();
    format!("    /** {} */\n", lines.join(" "))
}

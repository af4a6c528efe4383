//! The contract as TypeScript, from the tables that dispatch.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::future::Future;

use ts_rs::{Config, TS, TypeVisitor};

use crate::{Caller, FromMessage, IntoMessage, Module, Result};

/// Declarations that signatures refer to, by name.
#[derive(Debug, Default)]
pub struct Types {
    declarations: BTreeMap<String, String>,
}

impl Types {
    fn name<T: TS + 'static>(&mut self, body: bool) -> String {
        self.visit::<T>();
        let name = T::name(&Config::default());
        if body { format!("WithBody<{name}>") } else { name }
    }
}

impl TypeVisitor for Types {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        // Only types with a file of their own have a declaration; numbers and strings do not.
        if T::output_path().is_some() {
            let config = Config::default();
            if self.declarations.insert(T::ident(&config), T::decl(&config)).is_some() {
                return;
            }
        }
        T::visit_dependencies(self);
        T::visit_generics(self);
    }
}

/// Types of a handler, from its signature.
#[doc(hidden)]
pub fn signature<C, Req, Res, Fut>(types: &mut Types, _handler: impl Fn(C, Req) -> Fut) -> (String, String)
where
    C: Caller,
    Req: FromMessage,
    Res: IntoMessage,
    Fut: Future<Output = Result<Res>>,
{
    (types.name::<Req::Head>(Req::BODY), types.name::<Res::Head>(Res::BODY))
}

/// Type of an event's payload.
#[doc(hidden)]
pub fn payload<T: IntoMessage>(types: &mut Types) -> String {
    types.name::<T::Head>(T::BODY)
}

/// Writes `routes.d.ts`: `Routes`, `Events`, and every type they mention.
pub fn contract<C>(modules: impl IntoIterator<Item = Module<C>>) -> String {
    let mut types = Types::default();
    let (mut routes, mut events) = (BTreeMap::new(), BTreeMap::new());
    for module in modules {
        for route in module.routes {
            let (request, response) = (route.signature)(&mut types);
            let line = format!("  '{}': {{ request: {request}, response: {response} }}\n", route.name);
            routes.insert(route.name, jsdoc(route.doc) + &line);
        }
        for event in module.events {
            let payload = (event.signature)(&mut types);
            events.insert(event.name, format!("{}  '{}': {payload}\n", jsdoc(event.doc), event.name));
        }
    }
    let mut text = String::from(
        "// Made from the route tables in native/api by its contract test: `cargo test -p socket-api`. Do not edit.\n\n\
         /** A head with bytes beside it. */\nexport type WithBody<T> = T & { body: Uint8Array }\n\n",
    );
    for declaration in types.declarations.values() {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "export {}", declaration.trim_end_matches(';'));
    }
    let list = |rows: BTreeMap<&str, String>| rows.into_values().collect::<String>();
    let _ = write!(text, "\nexport interface Routes {{\n{}}}\n\nexport interface Events {{\n{}}}\n", list(routes), list(events));
    text
}

fn jsdoc(doc: &str) -> String {
    let lines: Vec<_> = doc.lines().map(str::trim).collect();
    format!("  /** {} */\n", lines.join(" "))
}

//! The `socket:` modules, embedded at build time and compressed.

use serde_json::Value;

include!(concat!(env!("OUT_DIR"), "/modules.rs"));

/// The source of `fs/promises` (without `socket:`).
pub(super) fn find(name: &str) -> Option<Vec<u8>> {
    let index = MODULES.binary_search_by(|(specifier, _)| specifier["socket:".len()..].cmp(name)).ok()?;
    Some(unpack(MODULES[index].1))
}

/// Whether there is a module of this name.
pub(super) fn exists(name: &str) -> bool {
    MODULES.binary_search_by(|(specifier, _)| specifier["socket:".len()..].cmp(name)).is_ok()
}

/// What pages may import, for people.
pub(super) fn names() -> String {
    let public =
        MODULES.iter().map(|(specifier, _)| *specifier).filter(|name| !name.starts_with("socket:internal/"));
    public.collect::<Vec<_>>().join(", ")
}

/// What build.rs packed. It cannot be broken, short of the executable itself.
fn unpack(packed: &[u8]) -> Vec<u8> {
    miniz_oxide::inflate::decompress_to_vec(packed).unwrap_or_default()
}

/// What workers load before their own script.
pub(super) fn worker_preload() -> Vec<u8> {
    unpack(PRELOAD)
}

/// Runs in every page before its own scripts.
///
/// `args` is what pages of earlier versions know as `__args`.
/// `token` proves to native code that console text comes from the app's own document: the message channel of
/// the engine is open to every frame, and carries nothing else.
pub(super) fn preload(origin: &str, token: &str, args: &Value, test: Option<&str>, backend: bool) -> String {
    let string = |text: &str| serde_json::to_string(text).unwrap_or_default();
    let test = match test {
        Some(path) => format!(
            "if(top===window)addEventListener('DOMContentLoaded',()=>{{const s=document.createElement('script');s.type='module';s.src={};\
             s.onerror=()=>{{console.error('the test '+s.src+' cannot be loaded');import('socket:process').then(p=>p.default.exit(1))}};\
             document.head.append(s)}});",
            string(path)
        ),
        None => String::new(),
    };
    // Once the page's own scripts have run: they have set up who hears the first event.
    let backend = if backend {
        "addEventListener('DOMContentLoaded',()=>{import('socket:backend').then(b=>b.listen()).catch(()=>{})});"
    } else {
        ""
    };
    let preload = String::from_utf8(unpack(PRELOAD)).unwrap_or_default();
    format!(
        "if(location.origin==={origin}){{\
         {{const h=window.webkit?.messageHandlers?.ipc??window.ipc;\
         if(h){{const p=h.postMessage.bind(h);globalThis.__socket_console=(s,t)=>p({token}+s+t)}}}}\
         Object.defineProperty(globalThis,'__args',{{value:{args},configurable:true,writable:true}});\
         {preload}\n;{backend}{test}}}",
        origin = string(origin),
        token = string(token),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_are_found_by_their_specifier() {
        assert!(find("fs/promises").is_some());
        assert!(find("internal/ipc").is_some());
        for (specifier, _) in MODULES {
            let source = find(&specifier["socket:".len()..]).expect("it is in the table");
            assert!(!source.is_empty(), "{specifier} unpacks");
        }
        assert!(preload("socket://a", "t", &Value::Null, None, true).len() > unpack(PRELOAD).len());
        assert!(names().contains("socket:fs/promises") && !names().contains("internal"));
        assert!(find("nothing").is_none());
        assert!(find("").is_none());
    }
}

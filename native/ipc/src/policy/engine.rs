//! Policies as engines understand them: a source is a plain host there.

use socket_policy::{PLUMBING, Source};

use super::CspPolicy;

impl CspPolicy {
    /// Rewrites a policy for an engine: modules become the list of their routes, and the plumbing is added wherever
    /// some native call is allowed. Other text stays as it is.
    pub fn expand<'a>(&self, value: &str, routes: impl Iterator<Item = &'a str> + Clone) -> String {
        let policies = value.split(',').map(|policy| {
            let Some(sources) = connect_sources(policy) else { return policy.to_owned() };
            let mut native = !self.always.is_empty();
            let mut words: Vec<String> = Vec::new();
            for word in sources.split_ascii_whitespace() {
                match Source::parse(word) {
                    Source::Module(module) => {
                        native = true;
                        let of_module = |route: &&str| {
                            let prefix = route.split_once('.').map(|(prefix, _)| prefix);
                            prefix.is_some_and(|prefix| prefix.eq_ignore_ascii_case(&module))
                        };
                        words.extend(routes.clone().filter(of_module).map(|route| format!("ipc://{route}")));
                    }
                    Source::Host { scheme: Some(scheme), .. } if scheme == "ipc" => {
                        native = true;
                        words.push(word.to_owned());
                    }
                    // It stands alone or means nothing.
                    Source::Keyword("none") if !self.always.is_empty() => {}
                    _ => words.push(word.to_owned()),
                }
            }
            if !native {
                return policy.to_owned();
            }
            words.extend(PLUMBING.iter().chain(self.always).map(|route| format!("ipc://{route}")));
            let expanded = words.join(" ");
            // `sources` is a part of `policy`: its place follows from the addresses. Written as a new directive in
            // front when it came from default-src, which must stay as it is for everything else.
            let start = sources.as_ptr() as usize - policy.as_ptr() as usize;
            let head = policy[..start].trim_end();
            if head.to_ascii_lowercase().ends_with("connect-src") {
                format!("{head} {expanded}{}", &policy[start + sources.len()..])
            } else {
                format!("connect-src {expanded}; {}", policy.trim_start())
            }
        });
        policies.collect::<Vec<_>>().join(",")
    }
}

/// Where the value of the directive that governs connections stands.
fn connect_sources(policy: &str) -> Option<&str> {
    let directive = |name: &str| {
        policy.split(';').find_map(|directive| {
            let directive = directive.trim_ascii();
            let end = directive.find(|c: char| c.is_ascii_whitespace()).unwrap_or(directive.len());
            directive[..end].eq_ignore_ascii_case(name).then(|| &directive[end..])
        })
    };
    directive("connect-src").or_else(|| directive("default-src"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expansion_names_hosts_that_engines_understand() {
        let routes = ["fs.open", "fs.readFile", "os.cpus"];
        let policy = |always| CspPolicy { origin: String::new(), always };
        let expand = |csp: &str| policy(&[]).expand(csp, routes.iter().copied());
        let plumbing = "ipc://ipc.events ipc://ipc.cancel ipc://console.write";
        assert_eq!(
            expand("default-src 'self'; connect-src ipc://fs.* https://a.b; img-src data:"),
            format!(
                "default-src 'self'; connect-src ipc://fs.open ipc://fs.readFile https://a.b {plumbing}; img-src data:"
            )
        );
        assert_eq!(
            expand("default-src 'self' ipc://os.cpus"),
            format!("connect-src 'self' ipc://os.cpus {plumbing}; default-src 'self' ipc://os.cpus")
        );
        for unchanged in ["", "connect-src 'none'", "connect-src ipc:", "img-src *"] {
            assert_eq!(expand(unchanged), unchanged);
        }
        let test = |csp: &str| policy(&["application.exit"]).expand(csp, routes.iter().copied());
        assert_eq!(
            test("connect-src 'none'; img-src *"),
            format!("connect-src {plumbing} ipc://application.exit; img-src *")
        );
        assert_eq!(test("img-src *"), "img-src *");
    }
}

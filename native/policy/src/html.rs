//! Finds what native code must know or change in a page's own text: its Content-Security-Policies and import maps.

use std::ops::Range;

/// One `<meta http-equiv="Content-Security-Policy">`.
#[derive(Debug, PartialEq)]
pub struct Meta {
    /// Where the value of `content` stands in the text, without its quotes.
    pub range: Range<usize>,
    /// The value, entities decoded.
    pub value: String,
}

/// One `<script type="importmap">` with its map inside.
#[derive(Debug, PartialEq)]
pub struct Map {
    /// Where its text stands.
    pub range: Range<usize>,
    /// The value of its `nonce` attribute.
    pub nonce: Option<String>,
}

/// What was found in a page.
#[derive(Debug, Default)]
pub struct Page {
    /// Its policies, in order.
    pub policies: Vec<Meta>,
    /// Its import maps, in order.
    pub maps: Vec<Map>,
    /// Before the first element that can load a module: where an import map must stand at the latest.
    pub scripts: usize,
}

/// Reads a page as a browser's parser would, as far as these go: tags outside comments, scripts and other text.
/// Policies count until `<body>`, as they do in browsers.
pub fn scan(html: &str) -> Page {
    let mut page = Page { scripts: html.len(), ..Page::default() };
    let mut at = 0;
    let mut head = true;
    while let Some(open) = html[at..].find('<').map(|index| at + index) {
        let rest = &html[open..];
        if rest.starts_with("<!--") {
            at = rest.find("-->").map_or(html.len(), |end| open + end + 3);
            continue;
        }
        let name: String = rest[1..].chars().take_while(char::is_ascii_alphanumeric).collect();
        let name = name.to_ascii_lowercase();
        if name.is_empty() {
            at = open + 1;
            continue;
        }
        let start = open + 1 + name.len();
        let (end, attributes) = attributes(html, start);
        match name.as_str() {
            "body" => head = false,
            "meta" if head => page.policies.extend(meta(&attributes)),
            "script" | "link" => page.scripts = page.scripts.min(open),
            _ => {}
        }
        at = match name.as_str() {
            // What looks like a tag inside these is text.
            "script" | "style" | "title" | "noscript" | "template" | "textarea" => {
                let close = format!("</{name}");
                let close = find_ignoring_case(&html[end..], &close).map_or(html.len(), |index| end + index);
                if name == "script" {
                    page.maps.extend(import_map(&attributes, end..close));
                }
                close
            }
            _ => end,
        };
    }
    page
}

/// Puts new text in the place of ranges, which must not overlap.
pub fn replace(html: &str, mut replacements: Vec<(Range<usize>, String)>) -> String {
    replacements.sort_by_key(|(range, _)| range.start);
    let more: usize = replacements.iter().map(|(_, text)| text.len()).sum();
    let mut text = String::with_capacity(html.len() + more);
    let mut at = 0;
    for (range, value) in replacements {
        text.push_str(&html[at..range.start]);
        text.push_str(&value);
        at = range.end;
    }
    text.push_str(&html[at..]);
    text
}

/// The value of an attribute, whatever quotes it stands in.
pub fn encode(value: &str) -> String {
    value.replace('&', "&amp;").replace('"', "&quot;").replace('\'', "&#39;")
}

type Attribute<'a> = (String, &'a str, Range<usize>);

fn meta(attributes: &[Attribute<'_>]) -> Option<Meta> {
    let get = |name: &str| attributes.iter().find(|(other, ..)| other == name);
    let (_, equiv, _) = get("http-equiv")?;
    let (_, content, range) = get("content")?;
    let is_policy = decode(equiv).trim().eq_ignore_ascii_case("content-security-policy");
    is_policy.then(|| Meta { range: range.clone(), value: decode(content) })
}

fn import_map(attributes: &[Attribute<'_>], range: Range<usize>) -> Option<Map> {
    let get = |name: &str| attributes.iter().find(|(other, ..)| other == name).map(|(_, value, _)| *value);
    let is_map = get("type").is_some_and(|kind| kind.trim().eq_ignore_ascii_case("importmap"));
    // One with an address is of no use: no engine loads it.
    (is_map && get("src").is_none()).then(|| Map { range, nonce: get("nonce").map(decode) })
}

/// The attributes of a tag whose name ends at `at`, and where the tag ends.
fn attributes(html: &str, mut at: usize) -> (usize, Vec<Attribute<'_>>) {
    let bytes = html.as_bytes();
    let mut attributes = Vec::new();
    loop {
        while bytes.get(at).is_some_and(|byte| byte.is_ascii_whitespace() || *byte == b'/') {
            at += 1;
        }
        let start = at;
        while bytes.get(at).is_some_and(|byte| !byte.is_ascii_whitespace() && !b"=>/".contains(byte)) {
            at += 1;
        }
        let name = html[start..at].to_ascii_lowercase();
        while bytes.get(at).is_some_and(u8::is_ascii_whitespace) {
            at += 1;
        }
        match bytes.get(at) {
            None => return (at, attributes),
            Some(b'>') => {
                attributes.push((name, "", at..at));
                return (at + 1, attributes);
            }
            Some(b'=') => {
                at += 1;
                while bytes.get(at).is_some_and(u8::is_ascii_whitespace) {
                    at += 1;
                }
                let range = match bytes.get(at) {
                    Some(quote @ (b'"' | b'\'')) => {
                        let start = at + 1;
                        let length = bytes[start..].iter().position(|byte| byte == quote);
                        let end = length.map_or(html.len(), |length| start + length);
                        at = (end + 1).min(html.len());
                        start..end
                    }
                    _ => {
                        let start = at;
                        while bytes.get(at).is_some_and(|byte| !byte.is_ascii_whitespace() && *byte != b'>') {
                            at += 1;
                        }
                        start..at
                    }
                };
                attributes.push((name, &html[range.clone()], range));
            }
            Some(_) => attributes.push((name, "", at..at)),
        }
    }
}

/// Decodes the entities that occur in policies.
fn decode(text: &str) -> String {
    let named =
        [("&quot;", "\""), ("&#39;", "'"), ("&apos;", "'"), ("&#x27;", "'"), ("&#34;", "\""), ("&#58;", ":")];
    let text = named.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to));
    // Last, or `&amp;quot;` would be decoded twice.
    text.replace("&amp;", "&")
}

fn find_ignoring_case(text: &str, needle: &str) -> Option<usize> {
    text.as_bytes().windows(needle.len()).position(|window| window.eq_ignore_ascii_case(needle.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(html: &str) -> Vec<String> {
        scan(html).policies.into_iter().map(|meta| meta.value).collect()
    }

    #[test]
    fn finds_policies_as_browsers_do() {
        assert_eq!(values(r#"<META content="a 'self'" HTTP-EQUIV = Content-Security-Policy>"#), ["a 'self'"]);
        assert_eq!(
            values("<meta http-equiv='content-security-policy' content='x &#39;none&#39;'/>"),
            ["x 'none'"]
        );
        let several = r#"<meta charset=utf-8><meta http-equiv="Content-Security-Policy" content="a">
            <link rel=x href='>'><meta http-equiv="Content-Security-Policy" content=b>"#;
        assert_eq!(values(several), ["a", "b"]);
    }

    #[test]
    fn what_is_not_a_tag_is_not_a_policy() {
        let meta = r#"<meta http-equiv="Content-Security-Policy" content="x">"#;
        for html in [
            format!("<!-- {meta} -->"),
            format!("<script>'{meta}'</script>"),
            format!("<title>{meta}</title>"),
            format!("<body>{meta}"),
            "<meta http-equiv=refresh content=1>".into(),
            "<meta http-equiv=\"Content-Security-Policy".into(),
            "<".into(),
            "< meta >".into(),
        ] {
            assert_eq!(values(&html), [""; 0], "{html}");
        }
        assert_eq!(values(&format!("<script>1</SCRIPT>{meta}")), ["x"]);
    }

    #[test]
    fn replaces_only_the_value() {
        let html = r#"<p><meta content="a 'b'" http-equiv="Content-Security-Policy">é"#;
        let range = scan(html).policies[0].range.clone();
        let replaced = replace(html, vec![(range, encode("c 'd' \""))]);
        assert_eq!(
            replaced,
            r#"<p><meta content="c &#39;d&#39; &quot;" http-equiv="Content-Security-Policy">é"#
        );
        assert_eq!(values(&replaced), ["c 'd' \""]);
    }

    #[test]
    fn finds_import_maps_and_the_place_for_one() {
        let html = "<!-- <script> --><title><script></title><p><SCRIPT Type=importmap nonce='a&amp;b'>{}</script><script src=x></script>\
                    <script type=importmap src=y></script><body><script type=importmap> </script>";
        let page = scan(html);
        let found: Vec<_> =
            page.maps.iter().map(|map| (&html[map.range.clone()], map.nonce.as_deref())).collect();
        assert_eq!(found, [("{}", Some("a&b")), (" ", None)]);
        assert!(html[page.scripts..].starts_with("<SCRIPT Type"));
        assert_eq!(scan("<p>no script").scripts, "<p>no script".len());
        assert_eq!(scan("<p><link rel=modulepreload>").scripts, 3);
    }
}

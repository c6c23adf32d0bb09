//! Which layer may name which, and what no layer of the core may name.

use std::path::{Path, PathBuf};

/// One layer: its module, the layers below it that it may name, and what it may not name from outside the crate.
struct Layer {
    module: &'static str,
    uses: &'static [&'static str],
    bans: &'static [&'static str],
}

/// The table of the architecture, lowest layer first.
const LAYERS: &[Layer] = &[
    Layer { module: "wire", uses: &[], bans: CORE },
    Layer { module: "schema", uses: &["wire"], bans: CORE },
    Layer { module: "session", uses: &["wire", "schema"], bans: CORE },
    Layer { module: "dispatch", uses: &["wire", "schema", "session"], bans: CORE },
    Layer { module: "calls", uses: &["schema"], bans: CORE },
    Layer { module: "simulator", uses: &["wire", "schema", "calls"], bans: CORE },
    Layer { module: "recording", uses: &["wire", "schema", "calls"], bans: CORE },
    Layer {
        module: "desktop",
        uses: &["wire", "schema", "session", "dispatch", "calls", "simulator", "recording"],
        bans: CORE,
    },
    Layer {
        module: "testkit",
        uses: &["wire", "schema", "session", "dispatch", "calls", "simulator", "recording", "desktop"],
        bans: CORE,
    },
    Layer { module: "transport", uses: &["wire"], bans: BINDINGS },
    Layer {
        module: "driver",
        uses: &[
            "wire",
            "schema",
            "session",
            "dispatch",
            "calls",
            "simulator",
            "recording",
            "desktop",
            "transport",
        ],
        bans: BINDINGS,
    },
    Layer {
        module: "host",
        uses: &[
            "wire",
            "schema",
            "session",
            "dispatch",
            "calls",
            "simulator",
            "recording",
            "desktop",
            "transport",
            "driver",
        ],
        bans: BINDINGS,
    },
    Layer {
        module: "node",
        uses: &[
            "wire",
            "schema",
            "session",
            "dispatch",
            "calls",
            "simulator",
            "recording",
            "desktop",
            "transport",
            "driver",
            "host",
            "testkit",
        ],
        bans: &["wasm_bindgen"],
    },
    Layer {
        module: "wasm",
        uses: &["wire", "schema", "session", "dispatch", "calls", "simulator", "recording", "desktop"],
        bans: &["napi", "napi_derive", "tokio", "tokio_tungstenite", "std::net"],
    },
];

/// What the core never names: the clock, the network, threads, files, and the crates that bring them.
const CORE: &[&str] = &[
    "futures_util",
    "getrandom",
    "napi",
    "napi_derive",
    "rustls",
    "std::env",
    "std::fs",
    "std::net::TcpListener",
    "std::net::TcpStream",
    "std::net::ToSocketAddrs",
    "std::net::UdpSocket",
    "std::process",
    "std::thread",
    "std::time::Instant",
    "std::time::SystemTime",
    "tokio",
    "tokio_tungstenite",
    "wasm_bindgen",
];

/// What only the binding of the same name may name.
const BINDINGS: &[&str] = &["napi", "napi_derive", "wasm_bindgen"];

#[test]
fn each_layer_names_only_what_lies_below_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (mut files, mut faults) = (Vec::new(), Vec::new());
    collect(&root, &mut files);
    assert!(files.len() > 40, "only {} files found", files.len());
    for file in &files {
        let inside = file.strip_prefix(&root).unwrap_or(file);
        let text = std::fs::read_to_string(file).unwrap_or_default();
        faults.extend(faults_of(inside, &text));
    }
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

#[test]
fn a_breach_is_found_with_its_file_and_line_however_it_is_written() {
    let breaches = [
        ("wire/a.rs", "use crate::schema::X;", "src/wire/a.rs:1: wire may not name schema"),
        ("wire/a.rs", "\n\nfn f() { crate::session::g() }", "src/wire/a.rs:3: wire may not name session"),
        ("wire/a.rs", "use super::super::schema::X;", "src/wire/a.rs:1: wire may not name schema"),
        ("wire/mod.rs", "use super::schema::X;", "src/wire/mod.rs:1: wire may not name schema"),
        ("wire/a/b.rs", "use super::super::super::schema;", "src/wire/a/b.rs:1: wire may not name schema"),
        (
            "schema/a.rs",
            "use crate::{wire::X,\n desktop::{Y, Z}};",
            "src/schema/a.rs:2: schema may not name desktop",
        ),
        ("schema/a.rs", "use super::super::{wire, host};", "src/schema/a.rs:1: schema may not name host"),
        (
            "calls/a.rs",
            "use std::{fmt, net::TcpStream};",
            "src/calls/a.rs:1: calls may not name std::net::TcpStream",
        ),
        (
            "calls/a.rs",
            "use std::time::{Duration, Instant};",
            "src/calls/a.rs:1: calls may not name std::time::Instant",
        ),
        (
            "calls/a.rs",
            "let t = std::time::Instant::now();",
            "src/calls/a.rs:1: calls may not name std::time::Instant",
        ),
        ("session/a.rs", "use tokio::sync::mpsc;", "src/session/a.rs:1: session may not name tokio"),
        (
            "driver/a.rs",
            "#[napi_derive::napi]\nfn f() {}",
            "src/driver/a.rs:1: driver may not name napi_derive",
        ),
        ("transport/a.rs", "use crate::session::X;", "src/transport/a.rs:1: transport may not name session"),
        ("extras/mod.rs", "", "src/extras/mod.rs:1: extras is no layer of the table"),
        ("extras.rs", "", "src/extras.rs:1: extras is no layer of the table"),
    ];
    for (file, text, fault) in breaches {
        assert_eq!(faults_of(Path::new(file), text), [fault], "{text}");
    }
    for (file, text) in [
        ("session/a.rs", "use crate::{wire::Frame, schema::{Event, Payload}, session::outbox};"),
        ("wire/a.rs", "/// Like [`crate::session::X`].\nuse super::Body; // tokio\n/* crate::host */"),
        ("wire/a.rs", "let a = \"tokio::spawn crate::host\";"),
        ("driver/a.rs", "use std::time::Instant; use tokio::net::TcpStream;"),
        ("calls/a.rs", "use std::time::Duration; let tokio_like = 1; struct MyInstant;"),
        ("wire/a.rs", "mod tests { use super::super::session_of; }"),
        ("lib.rs", "pub mod wire;"),
    ] {
        assert_eq!(faults_of(Path::new(file), text), Vec::<String>::new(), "{text}");
    }
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    for path in entries.map(|entry| entry.path()) {
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
}

/// The breaches of the file at `path` inside `src`.
fn faults_of(path: &Path, text: &str) -> Vec<String> {
    let parts: Vec<_> = path.iter().filter_map(|part| part.to_str()).collect();
    let module = parts.first().map_or("", |part| part.trim_end_matches(".rs"));
    let place = |line: usize| format!("src/{}:{line}", parts.join("/"));
    if module == "lib" {
        return Vec::new();
    }
    let Some(layer) = LAYERS.iter().find(|layer| layer.module == module) else {
        return vec![format!("{}: {module} is no layer of the table", place(1))];
    };
    // `wire/mod.rs` and `wire/a.rs` are one and two `super`s below the crate.
    let depth = if parts.last() == Some(&"mod.rs") { parts.len() - 1 } else { parts.len() };
    let mut faults = Vec::new();
    for (line, named) in paths_in(&code_only(text)) {
        let inside = inside_crate(&named, depth);
        let up = inside.as_deref().and_then(|path| LAYERS.iter().find(|layer| layer.module == path));
        if let Some(up) = up.filter(|up| up.module != module && !layer.uses.contains(&up.module)) {
            faults.push(format!("{}: {module} may not name {}", place(line), up.module));
        }
        let banned = layer.bans.iter().find(|ban| named == **ban || named.starts_with(&format!("{ban}::")));
        if let Some(ban) = banned {
            faults.push(format!("{}: {module} may not name {ban}", place(line)));
        }
    }
    faults.dedup();
    faults
}

/// The first step of `path` inside the crate, where it starts with `crate` or enough `super`s.
fn inside_crate(path: &str, depth: usize) -> Option<String> {
    let steps: Vec<_> = path.split("::").collect();
    let supers = steps.iter().take_while(|step| **step == "super").count();
    match steps.first() {
        Some(&"crate") => steps.get(1),
        Some(&"super") if supers >= depth => steps.get(supers),
        _ => None,
    }
    .map(|step| (*step).to_owned())
}

/// The text with comments and strings blanked; lines stay where they are.
fn code_only(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if rest.starts_with("r#\"") {
            rest.find("\"#").map_or(rest.len(), |end| end + 2)
        } else if rest.starts_with("'\"'") {
            3
        } else if next == '"' {
            string_length(rest)
        } else {
            code.push(next);
            rest = &rest[next.len_utf8()..];
            continue;
        };
        code.extend(rest[..length].chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
        rest = &rest[length..];
    }
    code
}

fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '"' if !escaped => return at + 1,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    text.len()
}

/// Every path with `::` in the code, with its line; groups in braces are written out.
fn paths_in(code: &str) -> Vec<(usize, String)> {
    let (mut paths, mut open): (Vec<_>, Vec<String>) = (Vec::new(), Vec::new());
    let (mut path, mut line) = (String::new(), 1);
    let end = |path: &mut String, open: &[String], line: usize, paths: &mut Vec<(usize, String)>| {
        let prefix = open.last().map_or("", String::as_str);
        let whole = format!("{prefix}{path}");
        if !path.is_empty() && whole.contains("::") && !whole.ends_with("::") {
            paths.push((line, whole));
        }
        path.clear();
    };
    for c in code.chars() {
        match c {
            c if c.is_alphanumeric() || c == '_' || c == ':' => path.push(c),
            '{' => {
                let group = path.ends_with("::");
                let prefix = open.last().cloned().unwrap_or_default();
                open.push(if group { format!("{prefix}{path}") } else { String::new() });
                path.clear();
            }
            c => {
                end(&mut path, &open, line, &mut paths);
                if c == '}' {
                    open.pop();
                }
                line += usize::from(c == '\n');
            }
        }
    }
    end(&mut path, &open, line, &mut paths);
    paths
}

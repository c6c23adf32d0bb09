//! The generated files are those that the types make now.

use std::{fs, path::Path};

use smartagent_plugin_sdk::schema::generate;

#[test]
fn generated_files_are_up_to_date() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let stale: Vec<_> = generate::files()
        .into_iter()
        // A checkout on Windows may have other line ends.
        .filter(|(path, text)| {
            fs::read_to_string(root.join(path)).map(|current| current.replace("\r\n", "\n")).ok().as_ref()
                != Some(text)
        })
        .map(|(path, _)| path)
        .collect();
    assert!(
        stale.is_empty(),
        "{} stale: run `cargo run --no-default-features --example generate` and commit what it writes",
        stale.join(", ")
    );
}
